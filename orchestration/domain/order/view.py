"""What the query `status` answers: the whole order as people need to see it."""

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
    """How far the money is. UNKNOWN: a charge was tried and it is not known yet what became of it."""

    NONE = "none"
    UNKNOWN = "unknown"
    CHARGED = "charged"
    REFUNDED = "refunded"


class OrderView(FrozenModel):
    """An order at one moment. `version` grows with every change that somebody could see."""

    order_id: str
    version: int
    status: OrderStatus
    order: Order | None
    """None until it has been received, and for good if it was malformed."""
    gate: Gate
    changes: tuple[StatusChange, ...] = ()
    cancel: Outcome | None = None
    payment: PaymentState = PaymentState.NONE
    tracking: str | None = None
    """The carrier's tracking number."""
    reason: str | None = None
    """Why the order failed, expired or was cancelled."""
    waiting_for: str | None = None
    """What the order waits for, in a sentence; None when it has ended."""
    card: MessageRef | None = None
    card_version: int = 0
    """The version that the card shows; 0: not posted yet."""
    card_problem: str | None = None
    """Why the card could not be drawn, if Slack refused it for good."""
    updated_at: datetime

    @property
    def is_card_outdated(self) -> bool:
        """Whether the card has something to show that it does not show yet."""
        return self.card_version < self.version
