"""Writes orders: received, refused, amended, and their status changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from db.audit import events
from db.pool import Pool, transaction
from db.sql import query
from db.stores import order_writes
from db.stores.rows import order_row
from orchestration.contracts.activities import AmendOrder, PendingWrites, ResolvedPolicy
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.errors import FieldProblem, OrderConflict, OrderNotFound
from orchestration.domain.order.order import Order

if TYPE_CHECKING:
    from orchestration.ports.orders import OrderStore

_INSERT_ORDER = query("insert_order")
_FIND_ORDER = query("find_order")
_SET_ORDER_POLICY = query("set_order_policy")
_AMEND_ORDER = query("amend_order")
_PREVIOUS_APPROVERS = query("previous_approvers")


class PostgresOrderStore:
    """Implements `orchestration.ports.orders.OrderStore`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def receive(self, order: Order, at: datetime) -> None:
        """Store a new order as CREATED. Storing the same order again changes nothing.

        Raises OrderConflict if another order has this id.
        """
        async with transaction(self._pool) as connection:
            await order_writes.lock(connection, order.order_id)
            inserted = await connection.fetchval(
                _INSERT_ORDER,
                order.order_id,
                order.amount,
                order.currency,
                order.customer,
                order.requester,
                order.ship_to,
                order.payment_method,
                order.note,
                [line.model_dump(mode="json") for line in order.lines],
                list(order.tags),
                at,
            )
            if inserted:
                await events.append(connection, order.order_id, [events.received(at)])
                await order_writes.catch_up(connection, order.order_id)
                return
            stored = await connection.fetchrow(_FIND_ORDER, order.order_id)
            if stored is None or order_row(stored).order != order:
                raise OrderConflict(
                    f"another order is already stored as {order.order_id}, with other content"
                )

    async def refuse(self, order_id: str, problems: Sequence[FieldProblem], at: datetime) -> None:
        """Append the refusal of a malformed order to the audit log. Repeating it changes nothing."""
        async with transaction(self._pool) as connection:
            await events.append(connection, order_id, [events.refused(problems, at)])

    async def record(self, pending_writes: PendingWrites, *, resolved: ResolvedPolicy | None = None) -> None:
        """Store status changes and judged decisions, each with its event; also `resolved`, if given.

        Raises TransitionNotAllowed if a change does not follow from the stored status, OrderNotFound if there
        is no such order (one that was refused may still fail, and be decided about).
        """
        async with transaction(self._pool) as connection:
            await order_writes.lock(connection, pending_writes.order_id)
            if resolved is not None:
                await events.append(connection, pending_writes.order_id, [events.resolved(resolved)])
            await order_writes.write(connection, pending_writes)
            if resolved is None or resolved.tier is None:
                return
            tier, deadline = resolved.tier.name, resolved.deadline
            if not await connection.fetchval(_SET_ORDER_POLICY, pending_writes.order_id, tier, deadline):
                raise OrderNotFound(f"order {pending_writes.order_id} is not stored")

    async def amend(self, wanted: AmendOrder) -> None:
        """Store an order's new content under its new revision, with the pending writes.

        Repeating it changes nothing.
        """
        order, resolved = wanted.order, wanted.resolved
        async with transaction(self._pool) as connection:
            await order_writes.lock(connection, order.order_id)
            await events.append(
                connection,
                order.order_id,
                [events.amended(wanted), events.resolved(resolved, str(wanted.revision))],
            )
            await order_writes.write(connection, wanted.pending_writes)
            await connection.execute(
                _AMEND_ORDER,
                order.order_id,
                wanted.revision,
                order.amount,
                [line.model_dump(mode="json") for line in order.lines],
                order.ship_to,
                order.note,
                resolved.tier.name if resolved.tier else None,
                resolved.deadline,
            )

    async def previous_approvers(self, order: Order) -> tuple[str, ...]:
        """Return the Slack user ids of those who approved this customer's previous order."""
        accepted = [VerdictKind.COUNTED, VerdictKind.RECORDED]
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(_PREVIOUS_APPROVERS, order.order_id, accepted)
        return tuple(row["actor_id"] for row in rows)


if TYPE_CHECKING:

    def _implements(store: PostgresOrderStore) -> OrderStore:
        return store
