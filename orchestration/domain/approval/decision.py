"""A decision, who made it and how, and the verdict that answers it."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from orchestration.domain.actor import Actor, Surface
from orchestration.domain.fields import Text
from orchestration.domain.model import FrozenModel


class DecisionKind(StrEnum):
    """Approve or cancel."""

    APPROVE = "approve"
    CANCEL = "cancel"


DecisionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


class DecisionRequest(FrozenModel):
    """The body of the signals `approve_order` and `cancel_order`.

    `decision_id` is unique per click and derived from the click, so that one delivered twice is one decision.
    `decided_at` is the time of the click, not of its arrival. `revision` is the order's revision that the
    actor saw; None means the actor takes it as it stands.
    """

    decision_id: DecisionId
    actor: Actor
    surface: Surface
    decided_at: AwareDatetime
    revision: int | None = None
    note: Text | None = None
    override: bool = False
    """Decide alone, as an operator whom the tier lets do that."""


class Decision(DecisionRequest):
    """A request together with the signal that it came by."""

    kind: DecisionKind
