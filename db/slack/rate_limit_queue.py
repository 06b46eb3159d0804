"""The queue for Slack calls that exceed a rate limit: who waits, in which order, and how fast Slack accepts
calls.

The first calls in a bucket are each scheduled for a moment of their own, one interval apart, and ask again
at that moment. Calls further back ask again when most of their expected wait is over. A call whose workflow
is gone leaves one moment unused and blocks no other call. Slack does not say how fast it would accept calls:
the interval shrinks a little with each call that Slack accepts, and grows when Slack refuses one.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg

from db.pool import ACQUIRE_TIMEOUT, Connection, Pool, transaction
from db.sql import query
from db.text import storable
from orchestration.ports.rate_limit_queue import QueuedCall, QueuePosition

if TYPE_CHECKING:
    from orchestration.ports.rate_limit_queue import RateLimitQueue

HORIZON = timedelta(seconds=2)
"""How far ahead calls are scheduled. A more urgent call that comes in waits for no longer than this."""
POLL_AFTER = 2 / 3
"""The part of its expected wait after which a call that is not scheduled yet asks again."""
SHORTEST_POLL, LONGEST_POLL = timedelta(seconds=1), timedelta(minutes=5)
"""Bounds of the time between two requests of a call that is not scheduled yet."""
TOLERANCE = timedelta(milliseconds=50)
"""A call that asks this little before its moment may go."""
CALL_LIMIT = timedelta(seconds=10)
"""After this time a call that was allowed to go has ended, with success or without."""
GRACE = timedelta(seconds=20)
"""How long after its moment other calls still wait for a call. It keeps its place in case it asks later."""
RETENTION = timedelta(hours=1)
"""After this time the rows of calls that never asked again, and of unused buckets, are deleted."""
INITIAL_INTERVAL = 0.1
"""Seconds.

Slack documents about one post a second to a channel and often accepts more. If it does not, a burst costs
six refused calls until that is learned.
"""
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.02, 3.0
"""Seconds.

The slowest method in use may be called 20 times a minute, so that a longer interval is never needed; without
this bound many refusals at once would slow a bucket down for long after them.
"""
SPEED_UP, SLOW_DOWN = 0.99, 1.5
"""Factors of the interval after an accepted and a refused call.

In balance Slack refuses about one call in 40.
"""
FAST_SPEED_UP, CALM_PERIOD = 0.9, timedelta(seconds=20)
"""The factor after an accepted call once Slack has refused none for this time: refusals that came all at
once say little about how fast Slack accepts calls.
"""

_BUSY_BUCKETS = query("busy_buckets")
_LOCK_BUCKET = query("lock_bucket")
_ENQUEUE_CALL = query("enqueue_call")
_COUNT_CALLS_AHEAD = query("count_calls_ahead")
_SCHEDULE_CALL = query("schedule_call")
_ADVANCE_BUCKET = query("advance_bucket")
_BLOCK_BUCKET = query("block_bucket")
_POSTPONE_CALLS = query("postpone_calls")
_SPEED_UP_BUCKET = query("speed_up_bucket")
_DEQUEUE_CALL = query("dequeue_call")


class PostgresRateLimitQueue:
    """Implements `orchestration.ports.rate_limit_queue.RateLimitQueue`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def busy(self) -> frozenset[str]:
        """Return the buckets in which calls wait, or in which Slack has asked to wait."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows = await connection.fetch(_BUSY_BUCKETS, GRACE, RETENTION)
        return frozenset(row["bucket"] for row in rows)

    async def poll(self, call: QueuedCall) -> QueuePosition:
        """Enqueue the call, unless it is queued already, and return its position."""
        async with transaction(self._pool) as connection:
            bucket = await _lock(connection, call.bucket)
            return await _place(connection, call, bucket)

    async def report_refusal(self, call: QueuedCall, retry_after: float) -> QueuePosition:
        """Block the bucket for as many seconds as Slack asked for; the call keeps its place."""
        async with transaction(self._pool) as connection:
            bucket = await _lock(connection, call.bucket)
            now = bucket["now"]
            until = now + timedelta(seconds=retry_after)
            await connection.execute(_BLOCK_BUCKET, call.bucket, until, now, SLOW_DOWN, LONGEST_INTERVAL)
            later = until - max(now, bucket["blocked_until"])
            if later > timedelta():
                await connection.execute(_POSTPONE_CALLS, call.bucket, later)
            return await _place(connection, call, await _lock(connection, call.bucket))

    async def remove(self, call: QueuedCall) -> None:
        """Remove a call that Slack accepted, or that is not needed any more."""
        async with transaction(self._pool) as connection:
            # The bucket first: every transaction locks in this order.
            await connection.execute(
                _SPEED_UP_BUCKET, call.bucket, SPEED_UP, SHORTEST_INTERVAL, FAST_SPEED_UP, CALM_PERIOD
            )
            await connection.execute(_DEQUEUE_CALL, call.bucket, call.key)


async def _lock(connection: Connection, bucket: str) -> asyncpg.Record:
    (row,) = await connection.fetch(_LOCK_BUCKET, bucket, INITIAL_INTERVAL)
    return row


async def _place(connection: Connection, call: QueuedCall, bucket: asyncpg.Record) -> QueuePosition:
    now: datetime = bucket["now"]
    interval = timedelta(seconds=bucket["interval_seconds"])
    scheduled_at: datetime | None = await connection.fetchval(
        _ENQUEUE_CALL, call.bucket, call.key, storable(call.order_id), call.priority, now
    )
    (row,) = await connection.fetch(_COUNT_CALLS_AHEAD, call.bucket, call.key, now, GRACE)
    free = max(now, bucket["next_free_at"], bucket["blocked_until"])
    expected = free + row["unplaced"] * interval
    if scheduled_at is None and expected - now <= HORIZON + max(timedelta(), bucket["blocked_until"] - now):
        scheduled_at = free
        await connection.execute(_ADVANCE_BUCKET, call.bucket, free + interval)
    if scheduled_at is None:
        wait = min(max((expected - now) * POLL_AFTER, SHORTEST_POLL), LONGEST_POLL)
    else:
        wait = max(scheduled_at, bucket["blocked_until"]) - now
        if wait <= TOLERANCE:
            # This moment is used up, whether the call succeeds or not.
            await connection.execute(_SCHEDULE_CALL, call.bucket, call.key, now + CALL_LIMIT, None)
            return QueuePosition(row["ahead"], None)
    await connection.execute(_SCHEDULE_CALL, call.bucket, call.key, now + wait, scheduled_at)
    return QueuePosition(row["ahead"], wait)


if TYPE_CHECKING:

    def _implements(queue: PostgresRateLimitQueue) -> RateLimitQueue:
        return queue
