"""The audit log: building events and appending them. Nothing changes or removes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db.pool import Connection
from db.sql import query
from db.text import storable, to_json
from orchestration.contracts import ResolvedPolicy
from orchestration.domain.case import StatusChange
from orchestration.domain.decision import JudgedDecision
from orchestration.domain.errors import FieldProblem
from orchestration.domain.timing import Due, Notice

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


def resolved(resolved: ResolvedPolicy) -> NewEvent:
    """Build the event that says which policy an order was validated under."""
    tier = resolved.tier.name if resolved.tier else None
    detail = {"tier": tier, **resolved.model_dump(mode="json", include={"deadline", "barred", "digest"})}
    return NewEvent("policy.resolved", "policy.resolved", resolved.resolved_at, detail=detail)


_NOTICES = {Due.REMIND: "gate.reminded", Due.ESCALATE: "gate.escalated", Due.EXPIRE: "gate.expired"}
_TOLD = {"outcome", "counted", "needed", "on_behalf_of"}


def noticed(notice: Notice) -> NewEvent:
    """Build the event of a reminder or an escalation."""
    type_ = _NOTICES[notice.due]
    key = f"{type_}/{notice.number}/{int(notice.at.timestamp())}"
    return NewEvent(key, type_, notice.at, detail={"number": notice.number})


def judged(judged: JudgedDecision) -> NewEvent:
    """Build the event of a verdict: one for the last word, and one for each that came before it."""
    decision, verdict = judged.decision, judged.verdict
    key = f"decision.{decision.decision_id}"
    if not verdict.kind.is_settled:
        key += f"/{verdict.kind}"  # no decision_id has a slash, so that no two keys can be the same
    detail = {
        **decision.model_dump(mode="json", exclude_none=True, exclude={"actor"}),
        **verdict.model_dump(mode="json", exclude_none=True, include=_TOLD),
        "groups": decision.actor.groups,
    }
    actor = f"{decision.actor.kind}:{decision.actor.id}"
    return NewEvent(key, f"decision.{verdict.kind}", verdict.at, actor, detail)
