"""Builds the events of the audit log and appends them. No code changes or removes an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db.pool import Connection
from db.sql import query
from db.text import storable, to_json
from orchestration.contracts.activities import AmendOrder, ResolvedPolicy
from orchestration.domain.actor import Actor
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.permissions import wants_override
from orchestration.domain.approval.questions import JudgedRequest, RequestKind
from orchestration.domain.approval.verdict import JudgedDecision
from orchestration.domain.errors import FieldProblem
from orchestration.domain.order.state import StatusChange
from orchestration.domain.refund.refund import RefundStep

_APPEND_EVENTS = query("append_events")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append. `key` makes it unique for its order; `at` None: now, by the database's clock."""

    key: str
    type: str
    at: datetime | None = None
    actor: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


async def append(connection: Connection, order_id: str, events: Sequence[NewEvent]) -> set[str]:
    """Append events in this order, and return the keys of those that were not there yet."""
    if not events:
        return set()
    rows = await connection.fetch(
        _APPEND_EVENTS,
        storable(order_id),
        [storable(event.key) for event in events],
        [event.type for event in events],
        [event.actor for event in events],
        [to_json(event.detail) for event in events],
        [event.at for event in events],
    )
    return {row["event_key"] for row in rows}


def received(at: datetime) -> NewEvent:
    """Build the event of an order that has been stored."""
    return NewEvent("order.received", "order.received", at)


def refused(problems: Sequence[FieldProblem], at: datetime) -> NewEvent:
    """Build the event of a malformed order."""
    detail = {"problems": [problem.model_dump() for problem in problems]}
    return NewEvent("order.refused", "order.refused", at, detail=detail)


def changed(change: StatusChange) -> NewEvent:
    """Build the event of one step. Its key is the status: an order enters each one at most once."""
    detail = {} if change.reason is None else {"reason": change.reason}
    return NewEvent(f"status.{change.to}", f"status.{change.to}", change.at, detail=detail)


def resolved(resolved: ResolvedPolicy, of: str | None = None) -> NewEvent:
    """Build the event that names the policy that applies; `of`: a revision of the order, or a refund."""
    tier = resolved.tier.name if resolved.tier else None
    detail = {"tier": tier, **resolved.model_dump(mode="json", include={"deadline", "barred", "digest"})}
    key = "policy.resolved" if of is None else f"policy.resolved/{of}"
    return NewEvent(key, "policy.resolved", resolved.resolved_at, detail=detail)


_TOLD = {"outcome", "counted", "needed", "on_behalf_of"}
_NOTICES = {NotificationKind.REMINDER: "gate.reminded", NotificationKind.ESCALATION: "gate.escalated"}
"""Notifications about these are not audited, since questions, answers and amendments have events of their
own.
"""


def noticed(notification: Notification) -> NewEvent | None:
    """Build the event of a reminder or an escalation."""
    event_type = _NOTICES.get(notification.kind)
    if event_type is None:
        return None
    key = f"{event_type}/{notification.number}/{int(notification.at.timestamp())}"
    return NewEvent(key, event_type, notification.at, detail={"number": notification.number})


def said(talk: JudgedRequest) -> NewEvent:
    """Build the event of a question or an answer, refused ones too."""
    accepted = "requested" if talk.kind is RequestKind.QUESTION else "given"
    outcome = accepted if talk.verdict.kind.is_accepted else "refused"
    event_type = f"information.{outcome}"
    if talk.kind is RequestKind.AMENDMENT:
        event_type = "order.amendment_refused"
    detail = {
        **talk.model_dump(mode="json", include={"kind", "question_id", "surface", "text"}),
        "verdict": talk.verdict.kind,
        "why": talk.verdict.detail,
    }
    key = f"{event_type}/{talk.request_id}"
    return NewEvent(key, event_type, talk.verdict.at, _name(talk.by), detail)


def amended(wanted: AmendOrder) -> NewEvent:
    """Build the event of an amendment."""
    request = wanted.request
    detail = {
        **request.model_dump(mode="json", exclude_none=True, exclude={"actor"}),
        "revision": wanted.revision,
        "amount": wanted.order.amount,
        "voided": wanted.voided,
    }
    key, at = f"order.amended/{wanted.revision}", wanted.resolved.resolved_at
    return NewEvent(key, "order.amended", at, _name(request.actor), detail)


def refund_step(refund_id: str, step: RefundStep) -> NewEvent:
    """Build the event of one step of a refund; the pending writes mark it as an event of that refund."""
    detail = {} if step.reason is None else {"reason": step.reason}
    return NewEvent(f"refund.{step.to}/{refund_id}", f"refund.{step.to}", step.at, detail=detail)


def judged(judged: JudgedDecision) -> NewEvent:
    """Build the event of a verdict: one for the final verdict, and one for each provisional one before it."""
    decision, verdict = judged.decision, judged.verdict
    key = f"decision.{decision.decision_id}"
    if not verdict.kind.is_settled:
        key += f"/{verdict.kind}"  # no decision_id has a slash, so that no two keys can be the same
    detail = {
        **decision.model_dump(mode="json", exclude_none=True, exclude={"actor"}),
        **verdict.model_dump(mode="json", exclude_none=True, include=_TOLD),
        "groups": decision.actor.groups,
        **({"account": decision.actor.account} if decision.actor.account else {}),
        **({"why": verdict.detail} if verdict.detail else {}),
        "override": wants_override(decision),
    }
    return NewEvent(key, f"decision.{verdict.kind}", verdict.at, _name(decision.actor), detail)


def _name(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
