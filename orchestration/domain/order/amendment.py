"""Amendments of an order that waits for approval: what may change, and who may change it."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval import accounts
from orchestration.domain.approval.decision import DecisionId
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.questions import JudgedRequest, RequestKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.fields import Text
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order, OrderLine, parse_order


class AmendRequest(FrozenModel):
    """Input of the signal `amend_order`. Fields that are None stay as they are.

    `revision` is the revision of the order that the actor saw.
    """

    amend_id: DecisionId
    actor: Actor
    surface: Surface
    amended_at: AwareDatetime
    revision: int | None = None
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=100, strict=False)] | None = None
    ship_to: Text | None = None
    note: Text | None = None


def refusal(gate: Gate, request: AmendRequest, now: datetime) -> Verdict | None:
    """Return the verdict that refuses the amendment; None if the actor may amend the order now.

    The new content is validated elsewhere.
    """

    def verdict(kind: VerdictKind) -> Verdict:
        return Verdict(decision_id=request.amend_id, kind=kind, at=now, outcome=gate.outcome)

    if gate.outcome is not None:
        return verdict(VerdictKind.ALREADY_OVER)
    if gate.tier is None:
        return verdict(VerdictKind.NOT_WAITING)
    if request.actor.kind is not ActorKind.OPERATOR and request.actor.id != gate.requester:
        return verdict(VerdictKind.NOT_THE_REQUESTER)
    if (refused := accounts.refusal(request.actor, own=True)) is not None:
        return verdict(refused)
    if request.revision is not None and request.revision != gate.revision:
        return verdict(VerdictKind.ORDER_CHANGED)
    return None


def amended(order: Order, request: AmendRequest) -> Order:
    """Return the order with its new content. Raises OrderRefused if that is not valid."""
    changes = request.model_dump(mode="json", include={"lines", "ship_to", "note"}, exclude_none=True)
    base = order.model_dump(mode="json", exclude={"amount"} if request.lines else set())
    return parse_order(base | changes)


def refused_amendment(request: AmendRequest, verdict: Verdict) -> JudgedRequest:
    """Return a refused amendment as the audit log stores it."""
    wanted = request.model_dump_json(include={"lines", "ship_to", "note"}, exclude_none=True)
    return JudgedRequest(
        kind=RequestKind.AMENDMENT,
        request_id=request.amend_id,
        question_id=request.amend_id,
        by=request.actor,
        surface=request.surface,
        text=wanted,
        verdict=verdict,
    )
