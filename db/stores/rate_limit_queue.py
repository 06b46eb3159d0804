"""Turns at Slack: who waits for room, in which order, and how fast Slack takes calls.

The first in a bucket are each given a moment of their own, a gap apart, and ask again at that moment. Those
behind them ask again when most of their wait is over. So nobody knocks in vain, and a call whose workflow
is gone leaves one moment unused, and blocks nobody. Slack does not tell how fast it would take calls: the gap
shrinks a little with each call that it takes, and grows when it refuses one.
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
"""How far ahead moments are given. More urgent calls that come in wait for no longer than this."""
PATIENCE = 2 / 3
"""What part of its expected wait a call lets pass before it asks again."""
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=5)
"""Between two questions of a call without a moment."""
EARLY = timedelta(milliseconds=50)
"""A call that asks so little too early may go."""
CALL_LIMIT = timedelta(seconds=10)
"""After which a call that was let through has ended, one way or the other."""
GRACE = timedelta(seconds=20)
"""How long a call may be late before nobody waits for it any more. It keeps its place, should it come."""
FORGOTTEN = timedelta(hours=1)
"""After which it is swept, and a bucket that is not used is too."""
FIRST_GAP = 0.1
"""Seconds. Slack promises about one post a second to a channel, and often takes more; to find that it takes
no more costs six refused calls, once in a burst."""
LEAST_GAP, LARGEST_GAP = 0.02, 3.0
"""Seconds. The slowest method in use may be called 20 times a minute: no refusal can mean more than that, and
a storm of them would be felt long after it."""
FASTER, SLOWER = 0.99, 1.5
"""Where these two are in balance, Slack refuses about one call in 40."""
MUCH_FASTER, CALM = 0.9, timedelta(seconds=20)
"""After so long without a refusal: a storm of them told little about how fast Slack takes calls."""

_BUSY_BUCKETS = query("busy_buckets")
_LOCK_BUCKET = query("lock_bucket")
_ENTER_BUCKET = query("enter_bucket")
_WHO_IS_AHEAD = query("who_is_ahead")
_PLACE_IN_BUCKET = query("place_in_bucket")
_MOVE_BUCKET = query("move_bucket")
_CLOSE_BUCKET = query("close_bucket")
_MOVE_TURNS = query("move_turns")
_SPEED_BUCKET = query("speed_bucket")
_LEAVE_BUCKET = query("leave_bucket")


class PostgresRateLimitQueue:
    """Implements `orchestration.ports.rate_limit_queue.RateLimitQueue`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def busy(self) -> frozenset[str]:
        """Return the buckets in which anybody waits, or to which Slack has said to wait."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows = await connection.fetch(_BUSY_BUCKETS, GRACE, FORGOTTEN)
        return frozenset(row["bucket"] for row in rows)

    async def take(self, turn: QueuedCall) -> QueuePosition:
        """Enter the bucket, unless in it already, and ask whether it is this call's turn."""
        async with transaction(self._pool) as connection:
            bucket = await _lock(connection, turn.bucket)
            return await _place(connection, turn, bucket)

    async def refused(self, turn: QueuedCall, retry_after: float) -> QueuePosition:
        """Close the bucket for so many seconds, as Slack has asked; the call keeps its place in it."""
        async with transaction(self._pool) as connection:
            bucket = await _lock(connection, turn.bucket)
            now = bucket["now"]
            until = now + timedelta(seconds=retry_after)
            await connection.execute(_CLOSE_BUCKET, turn.bucket, until, now, SLOWER, LARGEST_GAP)
            later = until - max(now, bucket["closed_until"])
            if later > timedelta():
                await connection.execute(_MOVE_TURNS, turn.bucket, later)
            return await _place(connection, turn, await _lock(connection, turn.bucket))

    async def leave(self, turn: QueuedCall) -> None:
        """The call has been taken, or is not needed any more."""
        async with transaction(self._pool) as connection:
            # The bucket first, as everybody locks it.
            await connection.execute(_SPEED_BUCKET, turn.bucket, FASTER, LEAST_GAP, MUCH_FASTER, CALM)
            await connection.execute(_LEAVE_BUCKET, turn.bucket, turn.key)


async def _lock(connection: Connection, bucket: str) -> asyncpg.Record:
    (row,) = await connection.fetch(_LOCK_BUCKET, bucket, FIRST_GAP)
    return row


async def _place(connection: Connection, turn: QueuedCall, bucket: asyncpg.Record) -> QueuePosition:
    now: datetime = bucket["now"]
    interval = timedelta(seconds=bucket["interval_seconds"])
    turn_at: datetime | None = await connection.fetchval(
        _ENTER_BUCKET, turn.bucket, turn.key, storable(turn.order_id), turn.priority, now
    )
    (row,) = await connection.fetch(_WHO_IS_AHEAD, turn.bucket, turn.key, now, GRACE)
    free = max(now, bucket["next_at"], bucket["closed_until"])
    expected = free + row["unplaced"] * interval
    if turn_at is None and expected - now <= HORIZON + max(timedelta(), bucket["closed_until"] - now):
        turn_at = free
        await connection.execute(_MOVE_BUCKET, turn.bucket, free + interval)
    if turn_at is None:
        wait = min(max((expected - now) * PATIENCE, SHORTEST), LONGEST)
    else:
        wait = max(turn_at, bucket["closed_until"]) - now
        if wait <= EARLY:
            # This moment is used up, whatever becomes of the call.
            await connection.execute(_PLACE_IN_BUCKET, turn.bucket, turn.key, now + CALL_LIMIT, None)
            return QueuePosition(row["ahead"], None)
    await connection.execute(_PLACE_IN_BUCKET, turn.bucket, turn.key, now + wait, turn_at)
    return QueuePosition(row["ahead"], wait)


if TYPE_CHECKING:

    def _implements(queue: PostgresRateLimitQueue) -> RateLimitQueue:
        return queue
