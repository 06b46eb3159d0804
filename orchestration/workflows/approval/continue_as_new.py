"""The state that an order's or a refund's workflow passes to its next run when it continues as new."""

from datetime import datetime

from orchestration.contracts.activities import OpenedRefund, PendingWrites
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import OrderState
from orchestration.domain.refund.refund import RefundStep

MAX_VERDICTS = 500
"""How many of the latest verdicts are kept, to answer queries and to recognise a decision that is sent again.

A decision older than that is judged a second time when it is sent again: it is refused as before, or is found
among the approvals. The database keeps one decision for each id anyway. A verdict takes some 150 bytes.
"""


class CardContinueAsNewState(FrozenModel):
    """Where the card is in Slack and which version of the order it shows."""

    ref: MessageRef | None
    shown_version: int
    problem: str | None


class GateContinueAsNewState(FrozenModel):
    """What a workflow that waits for approval remembers."""

    started_at: datetime
    order_state: OrderState
    version: int
    verdicts: tuple[Verdict, ...]
    pending_writes: PendingWrites
    card: CardContinueAsNewState


class OrderContinueAsNewState(FrozenModel):
    """What the workflow of an order that waits for approval remembers."""

    order: Order
    gate: GateContinueAsNewState


class RefundContinueAsNewState(FrozenModel):
    """What the workflow of a refund that waits for approval remembers."""

    refund_id: str
    opened: OpenedRefund
    steps: tuple[RefundStep, ...]
    gate: GateContinueAsNewState
