"""Turns at Slack: who waits for room, in which order, and how fast Slack takes calls.

The first in a lane are each given a moment of their own, a gap apart, and ask again at that moment. Those
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
from orchestration.turns import Place, Turn

if TYPE_CHECKING:
    from orchestration.turns import SlackQueue

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
"""After which it is swept, and a lane that is not used is too."""
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

_BUSY_LANES = query("busy_lanes")
_LOCK_LANE = query("lock_lane")
_ENTER_LANE = query("enter_lane")
_WHO_IS_AHEAD = query("who_is_ahead")
_PLACE_IN_LANE = query("place_in_lane")
_MOVE_LANE = query("move_lane")
_CLOSE_LANE = query("close_lane")
_MOVE_TURNS = query("move_turns")
_SPEED_LANE = query("speed_lane")
_LEAVE_LANE = query("leave_lane")


class PostgresSlackQueue:
    """Implements `orchestration.turns.SlackQueue`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def busy(self) -> frozenset[str]:
        """Return the lanes in which anybody waits, or to which Slack has said to wait."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows = await connection.fetch(_BUSY_LANES, GRACE, FORGOTTEN)
        return frozenset(row["lane"] for row in rows)

    async def take(self, turn: Turn) -> Place:
        """Enter the lane, unless in it already, and ask whether it is this call's turn."""
        async with transaction(self._pool) as connection:
            lane = await _lock(connection, turn.lane)
            return await _place(connection, turn, lane)

    async def refused(self, turn: Turn, retry_after: float) -> Place:
        """Close the lane for so many seconds, as Slack has asked; the call keeps its place in it."""
        async with transaction(self._pool) as connection:
            lane = await _lock(connection, turn.lane)
            now = lane["now"]
            until = now + timedelta(seconds=retry_after)
            await connection.execute(_CLOSE_LANE, turn.lane, until, now, SLOWER, LARGEST_GAP)
            later = until - max(now, lane["closed_until"])
            if later > timedelta():
                await connection.execute(_MOVE_TURNS, turn.lane, later)
            return await _place(connection, turn, await _lock(connection, turn.lane))

    async def leave(self, turn: Turn) -> None:
        """The call has been taken, or is not needed any more."""
        async with transaction(self._pool) as connection:
            # The lane first, as everybody locks it.
            await connection.execute(_SPEED_LANE, turn.lane, FASTER, LEAST_GAP, MUCH_FASTER, CALM)
            await connection.execute(_LEAVE_LANE, turn.lane, turn.key)


async def _lock(connection: Connection, lane: str) -> asyncpg.Record:
    (row,) = await connection.fetch(_LOCK_LANE, lane, FIRST_GAP)
    return row


async def _place(connection: Connection, turn: Turn, lane: asyncpg.Record) -> Place:
    now: datetime = lane["now"]
    gap = timedelta(seconds=lane["gap"])
    turn_at: datetime | None = await connection.fetchval(
        _ENTER_LANE, turn.lane, turn.key, storable(turn.order_id), turn.urgency, now
    )
    (row,) = await connection.fetch(_WHO_IS_AHEAD, turn.lane, turn.key, now, GRACE)
    free = max(now, lane["next_at"], lane["closed_until"])
    expected = free + row["unplaced"] * gap
    if turn_at is None and expected - now <= HORIZON + max(timedelta(), lane["closed_until"] - now):
        turn_at = free
        await connection.execute(_MOVE_LANE, turn.lane, free + gap)
    if turn_at is None:
        wait = min(max((expected - now) * PATIENCE, SHORTEST), LONGEST)
    else:
        wait = max(turn_at, lane["closed_until"]) - now
        if wait <= EARLY:
            # This moment is used up, whatever becomes of the call.
            await connection.execute(_PLACE_IN_LANE, turn.lane, turn.key, now + CALL_LIMIT, None)
            return Place(row["ahead"], None)
    await connection.execute(_PLACE_IN_LANE, turn.lane, turn.key, now + wait, turn_at)
    return Place(row["ahead"], wait)


if TYPE_CHECKING:

    def _implements(queue: PostgresSlackQueue) -> SlackQueue:
        return queue
