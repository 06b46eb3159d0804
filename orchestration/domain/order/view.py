"""The result of the query `status` of an order."""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus


class PaymentState(StrEnum):
    """The state of the payment. UNKNOWN: a charge was tried, and its result is not known yet."""

    NONE = "none"
    UNKNOWN = "unknown"
    CHARGED = "charged"
    REFUNDED = "refunded"


class OrderView(FrozenModel):
    """The state of an order. `version` grows with every visible change."""

    order_id: str
    version: int
    status: OrderStatus
    order: Order | None
    """None until the order is stored; stays None if the order was malformed."""
    gate: Gate
    changes: tuple[StatusChange, ...] = ()
    cancel: Outcome | None = None
    payment: PaymentState = PaymentState.NONE
    tracking: str | None = None
    """The carrier's tracking number."""
    reason: str | None = None
    """Why the order failed, expired or was cancelled."""
    waiting_for: str | None = None
    """What the order waits for, in words; None when it has ended."""
    card: MessageRef | None = None
    card_version: int = 0
    """The version that the card shows; 0: not posted yet."""
    card_problem: str | None = None
    """Why the card cannot be posted or updated, if Slack refused it for good."""
    updated_at: datetime

    @property
    def is_card_outdated(self) -> bool:
        """Whether the card in Slack shows an earlier version."""
        return self.card_version < self.version
