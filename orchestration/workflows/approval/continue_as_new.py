"""What a gated workflow takes along when it goes on in a new run (continue-as-new)."""

from datetime import datetime

from orchestration.contracts.activities import OpenedRefund, PendingWrites
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import OrderState
from orchestration.domain.refund.refund import RefundStep

MAX_VERDICTS = 500
"""How many of the latest verdicts are kept for those who ask again, and against doubles.

An older double is judged a second time: it is refused again, as it was, or finds itself among the approvals;
the database keeps one decision for each id anyway. Some 150 bytes each.
"""


class CardContinueAsNewState(FrozenModel):
    """Where the card is and what it shows."""

    ref: MessageRef | None
    shown_version: int
    problem: str | None


class GateContinueAsNewState(FrozenModel):
    """The memory of a run, while it waits at its gate."""

    started_at: datetime
    case: OrderState
    version: int
    verdicts: tuple[Verdict, ...]
    unstored: PendingWrites
    card: CardContinueAsNewState


class OrderContinueAsNewState(FrozenModel):
    """An order, waiting."""

    order: Order
    gate: GateContinueAsNewState


class RefundContinueAsNewState(FrozenModel):
    """A refund, waiting."""

    refund_id: str
    opened: OpenedRefund
    steps: tuple[RefundStep, ...]
    gate: GateContinueAsNewState
