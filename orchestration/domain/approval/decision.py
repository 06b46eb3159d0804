"""A decision on an order or a refund: who made it, where and when."""

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
    """Input of the signals `approve_order` and `cancel_order`.

    `decision_id` is derived from the click, so that a click that Slack delivers twice is one decision.
    `decided_at` is when the actor clicked, not when the signal arrived. `revision` is the revision of the
    order that the actor saw; None: whatever the current one is.
    """

    decision_id: DecisionId
    actor: Actor
    surface: Surface
    decided_at: AwareDatetime
    revision: int | None = None
    note: Text | None = None
    override: bool = False
    """Whether the actor decides alone, as an operator of the tier."""


class Decision(DecisionRequest):
    """A decision request with the kind of signal that carried it."""

    kind: DecisionKind
