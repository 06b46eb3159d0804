"""Posting exactly once, though `chat.postMessage` has no idempotency key.

An intent is stored before the post. Whoever finds an intent without a message waits until the earlier
attempt's time limit is surely over, then looks for the message by the key in its metadata, and posts only if
it is not there. (Measured: looking at once, without the wait, posted 83 of 400 twice.)

A process that was frozen between storing its attempt and sending it does not send: the limit is over when it
wakes. What remains is a post that left in time and that Slack carries out only after our limit and margin:
whoever looks then does not see it, and posts. Nobody here can prevent that; the reconciler deletes the copy,
and a click on either of the two is a decision about the same order.
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
"""Seconds on top of the time limit, for a request that was sent in its last moment."""
CLOCK_SKEW = timedelta(seconds=60)
"""How much earlier the search begins: the intent has the database's time, the message has Slack's."""
MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Post:
    """One message that has to be there once. `key` is unique among all messages of Countersign."""

    order_id: str
    purpose: str
    channel: str
    message: Message
    thread_ts: str | None = None
    card: CardView | None = None
    """What the message shows, if it is a card."""
    priority: Priority = Priority.NOTIFICATION

    @property
    def metadata(self) -> Json:
        """What the message carries so that it is found again."""
        return metadata_of(self.key, self.card)

    @property
    def key(self) -> str:
        """Unique for each message."""
        return key_of(self.order_id, self.purpose)


def key_of(order_id: str, purpose: str) -> str:
    """Name a message, unlike any other: an order id has no colon in it."""
    return f"{order_id}:{purpose}"


def metadata_of(key: str, card: CardView | None) -> Json:
    """Say which message this is, and of a card which state it shows, and whether that is the end."""
    payload: Json = {"key": key}
    if card is not None:
        payload |= {"version": card.version, "final": card.is_final}
    return {"event_type": METADATA_EVENT, "event_payload": payload}


@dataclass(frozen=True, slots=True)
class Posted:
    """Where it is. `fresh`: this very call posted it, so it shows what it was given."""

    ref: MessageRef
    fresh: bool


class Poster:
    """`bot_id`: only messages of this bot are taken for ours; None takes any with our key."""

    def __init__(
        self, slack: AsyncWebClient, messages: MessageStore, bot_id: str | None, turns: RateLimiter
    ) -> None:
        self._slack = slack
        self._messages = messages
        self._bot_id = bot_id
        self._turns = turns
        # Attempts that Slack answered with a certain no. Only spares a wait; lost, the next attempt waits.
        self._refused: dict[str, int] = {}

    async def post(self, post: Post, newest: Callable[[], Awaitable[Post]] | None = None) -> Posted:
        """Post it when its turn comes, unless it is there: as `newest` says if it had to wait.

        Raises ApplicationError to be called again, and Slack's own errors. Nothing is set out on, and no
        attempt's time begins, before the turn has come.
        """
        turn = QueuedCall(post_bucket(post.channel), post.key, post.order_id, post.priority)
        if await self._turns.is_busy(turn.bucket) and (there := await self.find(post.key)) is not None:
            await self._turns.cancel(turn)
            return Posted(there, fresh=False)
        async with self._turns.slot(turn) as waited:
            if waited and newest is not None:
                post = await newest()
            return await self._post(post)

    async def find(self, key: str) -> MessageRef | None:
        """Return where the message is, if it is known to be posted."""
        row = await self._messages.find(key)
        return None if row is None else row.posted

    async def _post(self, post: Post) -> Posted:
        deadline = asyncio.get_running_loop().time() + HTTP_TIME_LIMIT
        row, ours = await self._messages.begin(post.key, post.order_id, post.purpose, post.channel)
        if row.posted is not None:
            return Posted(row.posted, fresh=False)
        attempt = row.attempts
        if not ours:
            if self._refused.get(post.key) != row.attempts:
                await self._wait_out(post.key)
                async with self._turns.slot(QueuedCall(SEARCHES, post.key, post.order_id, post.priority)):
                    found = await self._search(row, post)
                if found is not None:
                    log.info("found the message of an earlier attempt", key=post.key, ts=found.ts)
                    return Posted(await self._messages.posted(post.key, found), fresh=False)
            # The limit counts from before the attempt is stored, so that its age never understates it.
            deadline = asyncio.get_running_loop().time() + HTTP_TIME_LIMIT
            if not await self._messages.retry(post.key, row.attempts):
                raise _again("somebody else is posting it", HTTP_TIME_LIMIT + MARGIN)
            attempt += 1
        ref = await self._send(post, row.channel, attempt, deadline)
        stored = await self._messages.posted(post.key, ref)
        self._refused.pop(post.key, None)
        return Posted(stored, fresh=stored == ref)

    async def _wait_out(self, key: str) -> None:
        remaining = HTTP_TIME_LIMIT + MARGIN - await self._messages.age_seconds(key)
        if remaining > 0:
            raise _again("an earlier attempt may still be in flight", remaining)

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
        ours = OwnMessages(self._slack, row.channel, self._bot_id)
        async for message in ours.since(oldest, post.thread_ts):
            if message.key == post.key:
                return message.ref
        return None


def _again(why: str, seconds: float) -> ApplicationError:
    return ApplicationError(
        why,
        type="EarlierAttempt",
        next_retry_delay=timedelta(seconds=seconds),
        category=ApplicationErrorCategory.BENIGN,
    )
