"""Turns at Slack, as the bot takes them: at rest nobody asks for one, in a burst everybody does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf

import structlog
from slack_sdk.errors import SlackApiError
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from bot.web_api.errors import Remedy, remedy_of, retry_after
from orchestration.ports.rate_limit_queue import QueuedCall, QueuePosition, RateLimitQueue

log = structlog.stdlib.get_logger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at which lanes are busy. In between, a refused call tells."""

UPDATES, SEARCHES = "chat.update", "conversations.history"
OPENINGS, GROUPS = "conversations.open", "usergroups.users.list"
"""Lanes that are limited for the whole workspace."""


def posts(channel: str) -> str:
    """Name the lane of all posts into a channel."""
    return f"chat.postMessage {channel}"


class RateLimiter:
    """Calls go straight to Slack until it refuses one; then its lane is queued for, in the database.

    Another bot's queue is noticed within `LOOK_EVERY`, or by the first call that Slack refuses. Without
    `queue` nobody waits, and who is refused comes back when Slack says.
    """

    def __init__(self, queue: RateLimitQueue | None = None) -> None:
        self._queue = queue
        self._busy: frozenset[str] = frozenset()
        self._looked_at = -inf
        self._looking = asyncio.Lock()

    async def is_busy(self, bucket: str) -> bool:
        """Whether calls have to queue in this lane."""
        if self._queue is None:
            return False
        clock = asyncio.get_running_loop().time
        async with self._looking:
            if clock() - self._looked_at >= LOOK_EVERY:
                # Before the look: one that fails does not make everybody wait for one of their own.
                self._looked_at = clock()
                self._busy = await self._queue.busy()
        return bucket in self._busy

    @asynccontextmanager
    async def taken(self, turn: QueuedCall) -> AsyncIterator[bool]:
        """Run the block when it is this call's turn; yields whether that had to be asked for.

        The block makes its calls in this lane. Raises ApplicationError to be called again, and whatever the
        block raises but what Slack asks to wait for.
        """
        queued = await self.is_busy(turn.bucket)
        if queued and self._queue is not None:
            _go_on(turn, await self._queue.take(turn))
        try:
            yield queued
        except SlackApiError as error:
            if self._queue is None or remedy_of(error) is not Remedy.WAIT:
                raise
            seconds = retry_after(error)
            log.warning("Slack asks to wait", bucket=turn.bucket, seconds=seconds, order_id=turn.order_id)
            self._busy |= {turn.bucket}
            _go_on(turn, await self._queue.refused(turn, seconds))
        else:
            if queued and self._queue is not None:
                await self._queue.leave(turn)

    async def give_up(self, turn: QueuedCall) -> None:
        """Let go of a place in the queue that is not needed any more."""
        if self._queue is not None:
            await self._queue.leave(turn)


def _go_on(turn: QueuedCall, place: QueuePosition) -> None:
    if place.wait is None:
        return
    # Without its cause: the frames of a refused call hold the token.
    raise ApplicationError(
        f"waits for its turn at Slack ({turn.bucket}): {place.ahead} ahead",
        type=Remedy.WAIT,
        next_retry_delay=place.wait,
        category=ApplicationErrorCategory.BENIGN,
    ) from None
