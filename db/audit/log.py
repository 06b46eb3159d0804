"""Reads the whole audit log, a few hundred events at a time."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from db.errors import DatabaseUnavailable
from db.pool import ACQUIRE_TIMEOUT, Pool
from db.sql import query
from db.text import storable
from orchestration.domain.audit.event import ChainedEvent, LastEvent

if TYPE_CHECKING:
    from orchestration.ports.audit_log import AuditLog

T = TypeVar("T")

BATCH = 500
"""Events that are held in memory at a time."""
FETCH_TIMEOUT = 600.0
"""Seconds for one batch: the first one may have to look through the whole log."""
HORIZON_PATIENCE = 20.0
"""Seconds to keep trying for a moment in which no transaction appends events."""

_NO_HURRY = query("lift_time_limits")
_AUDIT_HORIZON = query("audit_horizon")
_AUDITED_BY_ORDER = query("audited_by_order")
_AUDITED_BY_TIME = query("audited_by_time")
_AUDITED_ENDS = query("audited_heads")


class PostgresAuditLog:
    """Implements `orchestration.ports.audit_log.AuditLog`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def last_stable_event_id(self) -> int:
        """Return the newest event_id up to which no further event can be committed; 0 if there are none.

        Raises DatabaseUnavailable if writers leave no moment for that.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(asyncpg.LockNotAvailableError),
            wait=wait_random(0.05, 0.5),
            stop=stop_after_delay(HORIZON_PATIENCE),
            reraise=True,
        )
        try:
            return await retrying(self._horizon)
        except asyncpg.LockNotAvailableError:
            raise DatabaseUnavailable(
                f"Somebody has been writing to the audit log for {HORIZON_PATIENCE:g} s without an end"
            ) from None

    def by_order(self, order_id: str | None = None) -> AsyncGenerator[ChainedEvent, None]:
        """Yield all events, or those of one order, by order (in the byte order of the ids) and position."""
        return self._stream(ChainedEvent, _AUDITED_BY_ORDER, None if order_id is None else storable(order_id))

    def by_time(
        self, since: datetime, until: datetime | None, up_to: int
    ) -> AsyncGenerator[ChainedEvent, None]:
        """Yield what was written from `since` on and before `until`, up to that event_id, by event_id."""
        return self._stream(ChainedEvent, _AUDITED_BY_TIME, since, until, up_to)

    def last_events(self, up_to: int) -> AsyncGenerator[LastEvent, None]:
        """Yield the last event of each order up to that event_id, in the byte order of the orders' ids."""
        return self._stream(LastEvent, _AUDITED_ENDS, up_to)

    async def _horizon(self) -> int:
        # A transaction of its own: the lock ends with it.
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            horizon: int = await connection.fetchval(_AUDIT_HORIZON)
            return horizon

    async def _stream(
        self, made_of: Callable[..., T], statement: str, *values: object
    ) -> AsyncGenerator[T, None]:
        async with (
            self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(_NO_HURRY)
            async for row in connection.cursor(statement, *values, prefetch=BATCH, timeout=FETCH_TIMEOUT):
                yield made_of(**row)


if TYPE_CHECKING:

    def _implements(log: PostgresAuditLog) -> AuditLog:
        return log
