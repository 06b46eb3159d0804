"""What a gated workflow takes along when it goes on in a new run (continue-as-new)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from orchestration.contracts import Journal, OpenedRefund
from orchestration.domain.case import Case
from orchestration.domain.decision import Verdict
from orchestration.domain.order import Order
from orchestration.domain.refund import RefundStep
from orchestration.domain.view import MessageRef

MAX_VERDICTS = 500
"""How many of the latest verdicts are kept for those who ask again, and against doubles.

An older double is judged a second time: it is refused again, as it was, or finds itself among the approvals;
the database keeps one decision for each id anyway. Some 150 bytes each.
"""


class CarriedCard(BaseModel):
    """Where the card is and what it shows."""

    model_config = ConfigDict(frozen=True)

    ref: MessageRef | None
    shown_version: int
    problem: str | None


class CarriedGate(BaseModel):
    """The memory of a run, while it waits at its gate."""

    model_config = ConfigDict(frozen=True)

    started_at: datetime
    case: Case
    version: int
    verdicts: tuple[Verdict, ...]
    unstored: Journal
    card: CarriedCard


class Carried(BaseModel):
    """An order, waiting."""

    model_config = ConfigDict(frozen=True)

    order: Order
    gate: CarriedGate


class CarriedRefund(BaseModel):
    """A refund, waiting."""

    model_config = ConfigDict(frozen=True)

    refund_id: str
    opened: OpenedRefund
    steps: tuple[RefundStep, ...]
    gate: CarriedGate
