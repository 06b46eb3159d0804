"""Stores decisions with their verdicts."""

from typing import TYPE_CHECKING

from db.audit import events
from db.pool import Connection, Pool, transaction
from db.sql import query
from db.text import storable
from orchestration.domain.approval.verdict import JudgedDecision, VerdictKind
from orchestration.domain.policy.approval_policy import Subject

if TYPE_CHECKING:
    from orchestration.ports.decisions import DecisionStore

_STORE_DECISION = query("store_decision")
_UNSETTLED = [kind.value for kind in VerdictKind if not kind.is_settled]


async def store(
    connection: Connection, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER
) -> None:
    """Store a decision, or the final verdict on one that had a provisional one; later verdicts change
    nothing.
    """
    decision, verdict = judged.decision, judged.verdict
    await connection.execute(
        _STORE_DECISION,
        order_id,
        decision.decision_id,
        decision.kind,
        decision.actor.kind,
        decision.actor.id,
        list(decision.actor.groups),
        decision.surface,
        decision.note,
        decision.revision,
        decision.decided_at,
        verdict.kind,
        verdict.at,
        _UNSETTLED,
        subject,
    )


class PostgresDecisionStore:
    """Implements `orchestration.ports.decisions.DecisionStore`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER) -> None:
        """Store the decision and its event. Storing the same decision again changes nothing."""
        order_id = storable(order_id)
        async with transaction(self._pool) as connection:
            await events.append(connection, order_id, [events.judged(judged)])
            await store(connection, order_id, judged, subject)


if TYPE_CHECKING:

    def _implements(store: PostgresDecisionStore) -> DecisionStore:
        return store
