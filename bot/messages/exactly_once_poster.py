"""Posts each message exactly once, though `chat.postMessage` has no idempotency key.

A row for the message is stored before the post. An attempt that finds a row without a message waits until the
time limit of the earlier attempt is certainly over, then searches the channel for the key in the message
metadata, and posts only if it is not there. (Measured: searching without the wait posted 83 of 400 twice.)

A process that was frozen after it stored its attempt does not post when it wakes, since the time limit is
over by then. One case remains: Slack carries out a post later than our time limit and margin. The search does
not see that message, and a copy is posted. The reconciler deletes the copy, and until then a click on either
message is a decision about the same order.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from bot.block_kit.text import Json, Message
from bot.ids import METADATA_EVENT
from bot.messages.own_messages import OwnMessages
from bot.web_api.client import HTTP_TIME_LIMIT
from bot.web_api.errors import SLACK_ERRORS, is_certainly_not_done
from bot.web_api.rate_limits import SEARCHES, RateLimiter, post_bucket
from orchestration.domain.card import CardView
from orchestration.domain.fields import MessageRef
from orchestration.ports.rate_limit_queue import Priority, QueuedCall
from orchestration.ports.slack_messages import MessageStore, SlackMessage

log = structlog.stdlib.get_logger(__name__)

MARGIN = 1.0
"""Seconds added to the time limit, for a request that was sent in its last moment."""
CLOCK_SKEW = timedelta(seconds=60)
"""How much before the row the search begins: the row has the database's time, the message Slack's."""
MAX_REMEMBERED = 1000
"""Refusals that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message to post once. `key` is unique among all messages of Countersign."""

    order_id: str
    purpose: str
    channel: str
    message: Message
    thread_ts: str | None = None
    card: CardView | None = None
    """The state that the message shows, if it is a card."""
    priority: Priority = Priority.NOTIFICATION

    @property
    def metadata(self) -> Json:
        """Return the message metadata, by which the message is found again."""
        return metadata_of(self.key, self.card)

    @property
    def key(self) -> str:
        """Return the key of the message."""
        return key_of(self.order_id, self.purpose)


def key_of(order_id: str, purpose: str) -> str:
    """Return the key of a message. It is unique, since order ids contain no colon."""
    return f"{order_id}:{purpose}"


def metadata_of(key: str, card: CardView | None) -> Json:
    """Return message metadata: the key, and of a card the version shown and whether it is final."""
    payload: Json = {"key": key}
    if card is not None:
        payload |= {"version": card.version, "final": card.is_final}
    return {"event_type": METADATA_EVENT, "event_payload": payload}


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is. `is_new` means that this call posted it."""

    ref: MessageRef
    is_new: bool


class Poster:
    """Posts messages once each. With `bot_id` None, the search accepts messages of any bot."""

    def __init__(
        self, slack: AsyncWebClient, messages: MessageStore, bot_id: str | None, rate_limiter: RateLimiter
    ) -> None:
        self._slack = slack
        self._messages = messages
        self._bot_id = bot_id
        self._rate_limiter = rate_limiter
        # The last attempt of each key that Slack certainly refused: the next one need not wait and search.
        self._refused: dict[str, int] = {}

    async def post(self, post: Post, render_latest: Callable[[], Awaitable[Post]] | None = None) -> Posted:
        """Post the message unless it is there. If it had to queue, post what `render_latest` returns.

        Raises ApplicationError if it has to be called again, and SLACK_ERRORS. A message that waits in the
        rate-limit queue has no attempt stored yet.
        """
        call = QueuedCall(post_bucket(post.channel), post.key, post.order_id, post.priority)
        if await self._rate_limiter.is_busy(call.bucket) and (there := await self.find(post.key)) is not None:
            await self._rate_limiter.cancel(call)
            return Posted(there, is_new=False)
        async with self._rate_limiter.slot(call) as queued:
            if queued and render_latest is not None:
                post = await render_latest()
            return await self._post(post)

    async def find(self, key: str) -> MessageRef | None:
        """Return where the message is, if the database knows that it was posted."""
        row = await self._messages.find(key)
        return None if row is None else row.posted

    async def _post(self, post: Post) -> Posted:
        deadline = asyncio.get_running_loop().time() + HTTP_TIME_LIMIT
        row, is_first = await self._messages.begin(post.key, post.order_id, post.purpose, post.channel)
        if row.posted is not None:
            return Posted(row.posted, is_new=False)
        attempt = row.attempts
        if not is_first:
            if self._refused.get(post.key) != row.attempts:
                await self._wait_out(post.key)
                async with self._rate_limiter.slot(
                    QueuedCall(SEARCHES, post.key, post.order_id, post.priority)
                ):
                    found = await self._search(row, post)
                if found is not None:
                    log.info("found the message that an earlier attempt posted", key=post.key, ts=found.ts)
                    return Posted(await self._messages.posted(post.key, found), is_new=False)
            # Counted from before the attempt is stored: when the stored age of the attempt reaches the limit,
            # its call has ended.
            deadline = asyncio.get_running_loop().time() + HTTP_TIME_LIMIT
            if not await self._messages.retry(post.key, row.attempts):
                raise _retry_in("another process is posting the message", HTTP_TIME_LIMIT + MARGIN)
            attempt += 1
        ref = await self._send(post, row.channel, attempt, deadline)
        stored = await self._messages.posted(post.key, ref)
        self._refused.pop(post.key, None)
        return Posted(stored, is_new=stored == ref)

    async def _wait_out(self, key: str) -> None:
        remaining = HTTP_TIME_LIMIT + MARGIN - await self._messages.age_seconds(key)
        if remaining > 0:
            raise _retry_in("an earlier attempt may still be running", remaining)

    async def _send(self, post: Post, channel: str, attempt: int, deadline: float) -> MessageRef:
        try:
            async with asyncio.timeout_at(deadline):
                answer = await self._slack.chat_postMessage(
                    channel=channel,
                    text=post.message.text,
                    blocks=post.message.blocks,
                    thread_ts=post.thread_ts,
                    metadata=post.metadata,
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except SLACK_ERRORS as error:
            if is_certainly_not_done(error):
                self._remember_refusal(post.key, attempt)
            raise
        return MessageRef(channel=str(answer["channel"]), ts=str(answer["ts"]))

    def _remember_refusal(self, key: str, attempt: int) -> None:
        if len(self._refused) >= MAX_REMEMBERED:
            self._refused.pop(next(iter(self._refused)))
        self._refused[key] = attempt

    async def _search(self, row: SlackMessage, post: Post) -> MessageRef | None:
        oldest = row.first_attempt_at - CLOCK_SKEW
        messages = OwnMessages(self._slack, row.channel, self._bot_id)
        async for message in messages.since(oldest, post.thread_ts):
            if message.key == post.key:
                return message.ref
        return None


def _retry_in(why: str, seconds: float) -> ApplicationError:
    return ApplicationError(
        why,
        type="EarlierAttempt",
        next_retry_delay=timedelta(seconds=seconds),
        category=ApplicationErrorCategory.BENIGN,
    )
