"""What an order takes along when its workflow goes on in a new run (continue-as-new)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from orchestration.contracts import Journal
from orchestration.domain.case import Case
from orchestration.domain.decision import Verdict
from orchestration.domain.order import Order
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


class Carried(BaseModel):
    """The memory of a run, while it waits at its gate."""

    model_config = ConfigDict(frozen=True)

    started_at: datetime
    order: Order
    case: Case
    version: int
    verdicts: tuple[Verdict, ...]
    unstored: Journal
    card: CarriedCard
