"""Stores refunds of shipped orders."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from db.audit import events
from db.audit.events import NewEvent
from db.pool import ACQUIRE_TIMEOUT, Pool, transaction
from db.sql import query
from db.stores import order_writes
from db.stores.rows import order_row
from db.text import storable
from orchestration.contracts.activities import ResolvedPolicy
from orchestration.contracts.names import payment_id
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.errors import FieldProblem
from orchestration.domain.refund.refund import RefundRequest
from orchestration.ports.payments import PaymentStatus, Refundable

if TYPE_CHECKING:
    from orchestration.ports.payments import RefundStore

_INSERT_REFUND = query("insert_refund")
_APPROVERS_OF_ORDER = query("approvers_of_order")
_FIND_ORDER = query("find_order")
_FIND_PAYMENT = query("find_payment")


class PostgresRefundStore:
    """Implements `orchestration.ports.payments.RefundStore`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find_refundable(self, order_id: str) -> Refundable | None:
        """Return the order and the status of its payment; None if there is no such order."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            row = await connection.fetchrow(_FIND_ORDER, storable(order_id))
            payment = await connection.fetchrow(_FIND_PAYMENT, payment_id(order_id))
        if row is None:
            return None
        stored = order_row(row)
        return Refundable(stored.order, stored.status, PaymentStatus(payment["status"]) if payment else None)

    async def open(
        self, refund_id: str, request: RefundRequest, resolved: ResolvedPolicy, at: datetime
    ) -> None:
        """Store a new refund as REQUESTED. Storing the same refund again changes nothing."""
        tier = resolved.tier.name if resolved.tier else None
        detail = {"refund_id": refund_id, "requester": request.requester, "reason": request.reason}
        requested = NewEvent(f"refund.requested/{refund_id}", "refund.requested", at, detail=detail)
        async with transaction(self._pool) as connection:
            await order_writes.lock(connection, request.order_id)
            await connection.execute(
                _INSERT_REFUND,
                refund_id,
                request.order_id,
                request.requester,
                request.reason,
                tier,
                resolved.deadline,
                at,
            )
            policy = events.resolved(resolved, refund_id)
            policy = replace(policy, detail={**policy.detail, "refund_id": refund_id})
            await events.append(connection, request.order_id, [requested, policy])

    async def refuse(
        self, refund_id: str, order_id: str, problems: Sequence[FieldProblem], at: datetime
    ) -> None:
        """Append the refusal of a refund to the audit log. Repeating it changes nothing."""
        detail = {"refund_id": refund_id, "problems": [problem.model_dump() for problem in problems]}
        refused = NewEvent(f"refund.refused/{refund_id}", "refund.refused", at, detail=detail)
        async with transaction(self._pool) as connection:
            await events.append(connection, order_id, [refused])

    async def approvers_of(self, order_id: str) -> tuple[str, ...]:
        """Return the Slack user ids of those who approved the order itself."""
        accepted = [VerdictKind.COUNTED, VerdictKind.RECORDED]
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows = await connection.fetch(_APPROVERS_OF_ORDER, order_id, accepted)
        return tuple(row["actor_id"] for row in rows)


if TYPE_CHECKING:

    def _implements(store: PostgresRefundStore) -> RefundStore:
        return store
