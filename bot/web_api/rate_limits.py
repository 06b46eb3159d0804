"""Rate limits of Slack: calls go straight to Slack until it refuses one, and then queue in the database.

All bots share the tables `slack_rate_limits` (speed of each bucket) and `slack_queue` (the waiting calls).
"""

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

BUSY_CACHED_FOR = 5.0
"""Seconds for which the list of busy buckets is kept. In between, a refused call adds its bucket to it."""

UPDATES, SEARCHES = "chat.update", "conversations.history"
OPENINGS, GROUPS = "conversations.open", "usergroups.users.list"
"""Buckets of methods that Slack limits for the whole workspace."""


def post_bucket(channel: str) -> str:
    """Return the bucket of all posts into a channel."""
    return f"chat.postMessage {channel}"


class RateLimiter:
    """Makes calls wait in the shared queue once Slack has refused a call of the same bucket.

    Calls that other bots have queued are noticed within `BUSY_CACHED_FOR`, or by the first call that Slack
    refuses. Without `queue` no call waits, and a refused one is retried when Slack says.
    """

    def __init__(self, queue: RateLimitQueue | None = None) -> None:
        self._queue = queue
        self._busy: frozenset[str] = frozenset()
        self._read_at = -inf
        self._reading = asyncio.Lock()

    async def is_busy(self, bucket: str) -> bool:
        """Return whether calls of this bucket have to queue."""
        if self._queue is None:
            return False
        clock = asyncio.get_running_loop().time
        async with self._reading:
            if clock() - self._read_at >= BUSY_CACHED_FOR:
                # Set before the read: if it fails, not every call tries a read of its own.
                self._read_at = clock()
                self._busy = await self._queue.busy()
        return bucket in self._busy

    @asynccontextmanager
    async def slot(self, call: QueuedCall) -> AsyncIterator[bool]:
        """Run the block when this call may go; yields whether the call had to queue.

        The block makes its calls in the call's bucket. Raises ApplicationError with the time to the next
        retry while the call has to wait, and whatever the block raises, except for Slack's refusals.
        """
        queued = await self.is_busy(call.bucket)
        if queued and self._queue is not None:
            _retry_later(call, await self._queue.poll(call))
        try:
            yield queued
        except SlackApiError as error:
            if self._queue is None or remedy_of(error) is not Remedy.WAIT:
                raise
            seconds = retry_after(error)
            log.warning("Slack asks to wait", bucket=call.bucket, seconds=seconds, order_id=call.order_id)
            self._busy |= {call.bucket}
            _retry_later(call, await self._queue.report_refusal(call, seconds))
        else:
            if queued and self._queue is not None:
                await self._queue.remove(call)

    async def cancel(self, call: QueuedCall) -> None:
        """Remove a call from the queue that is not needed any more."""
        if self._queue is not None:
            await self._queue.remove(call)


def _retry_later(call: QueuedCall, position: QueuePosition) -> None:
    if position.wait is None:
        return
    # Without its cause: the stack frames of a refused call hold the token.
    raise ApplicationError(
        f"waits for Slack's rate limit ({call.bucket}): {position.ahead} ahead",
        type=Remedy.WAIT,
        next_retry_delay=position.wait,
        category=ApplicationErrorCategory.BENIGN,
    ) from None
