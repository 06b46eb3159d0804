"""Reads orders and their history from PostgreSQL, without asking a workflow."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from db.pool import ACQUIRE_TIMEOUT, Pool
from db.slack.rate_limit_queue import GRACE
from db.sql import query
from db.stores.cursor import PagePosition
from db.stores.rows import order_row
from db.text import storable
from orchestration.domain import card
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund import refund
from orchestration.domain.refund.refund import RefundStatus
from orchestration.ports.audit_log import Event
from orchestration.ports.orders import FinalState, OrderPage, OrderRow

if TYPE_CHECKING:
    from orchestration.ports.orders import OrderReader

MAX_PAGE = 200

_FIND_ORDER = query("find_order")
_PAGE_OF_ORDERS = query("page_of_orders")
_PAGE_OF_ORDERS_BY_STATUS = query("page_of_orders_by_status")
_HISTORY_OF_ORDER = query("history_of_order")
_CALLS_AHEAD_OF_CARD = query("count_calls_ahead_of_card")
_ENDED: dict[Subject, tuple[str, Callable[[str], str]]] = {
    Subject.ORDER: (query("ended_order"), lambda status: card.status_text_of(OrderStatus(status))[1]),
    Subject.REFUND: (query("ended_refund"), lambda status: refund.status_text_of(RefundStatus(status))[1]),
}


class PostgresOrderReader:
    """Implements `orchestration.ports.orders.OrderReader`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def get(self, order_id: str) -> OrderRow | None:
        """Return the stored order."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            row = await connection.fetchrow(_FIND_ORDER, storable(order_id))
        return None if row is None else order_row(row)

    async def page(
        self, statuses: Sequence[OrderStatus] | None, *, cursor: str | None = None, limit: int = 20
    ) -> OrderPage:
        """Return a page of orders, newest first. New orders do not shift the pages that follow.

        Raises ValueError for a cursor that is not ours and a limit that is not 1 to 200.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise ValueError(f"a page has 1 to {MAX_PAGE} orders, not {limit}")
        place = None if cursor is None else PagePosition.from_cursor(cursor)
        after = (None, None) if place is None else (place.created_at, place.order_id)
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            # One more than asked for tells whether there is another page.
            if statuses is None:
                found = await connection.fetch(_PAGE_OF_ORDERS, *after, limit + 1)
            else:
                found = await connection.fetch(_PAGE_OF_ORDERS_BY_STATUS, *after, limit + 1, list(statuses))
        rows = tuple(order_row(row) for row in found[:limit])
        if len(found) <= limit:
            return OrderPage(rows, None)
        last = rows[-1]
        return OrderPage(rows, PagePosition(last.created_at, last.order.order_id).to_cursor())

    async def history(self, order_id: str) -> tuple[Event, ...]:
        """Return the audit log of one order, oldest first."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows = await connection.fetch(_HISTORY_OF_ORDER, storable(order_id))
        return tuple(Event(**row) for row in rows)

    async def final_state(self, subject: Subject, order_id: str) -> FinalState | None:
        """Return the state of the order, or of its latest refund; None if there is none."""
        statement, status_text = _ENDED[subject]
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            row = await connection.fetchrow(statement, storable(order_id), VerdictKind.RECORDED)
        if row is None:
            return None
        return FinalState(status_text(row["status"]), row["updated_at"], row["reason"], row["decided_by"])

    async def card_queue_position(self, order_id: str) -> int | None:
        """Return how many calls are queued before the one for the order's card; None if it is not queued."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            ahead: int | None = await connection.fetchval(_CALLS_AHEAD_OF_CARD, storable(order_id), GRACE)
        return ahead


if TYPE_CHECKING:

    def _implements(reader: PostgresOrderReader) -> OrderReader:
        return reader
