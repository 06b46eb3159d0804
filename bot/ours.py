"""Our own messages in a channel, found by the metadata that each of them carries."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ids import METADATA_EVENT
from bot.views.text import Json
from orchestration.domain.view import MessageRef

PAGE = 200
"""Messages a call; Slack recommends no more."""


@dataclass(frozen=True, slots=True)
class OurMessage:
    """A message with its key. `version` None: it is no card, or one of a release that did not say."""

    key: str
    ref: MessageRef
    version: int | None
    has_buttons: bool
    is_final: bool


@dataclass(frozen=True, slots=True)
class OurPage:
    """`cursor` None: there are no more."""

    messages: tuple[OurMessage, ...]
    cursor: str | None


class Ours:
    """`bot_id`: only messages of this bot are taken for ours; None takes any with our metadata."""

    def __init__(self, slack: AsyncWebClient, channel: str, bot_id: str | None) -> None:
        self._slack = slack
        self._channel = channel
        self._bot_id = bot_id

    async def since(self, oldest: datetime, thread_ts: str | None = None) -> AsyncIterator[OurMessage]:
        """Go through the channel, or one thread in it. Raises Slack's errors."""
        cursor: str | None = None
        while True:
            page = await self.page(oldest, cursor, thread_ts)
            for message in page.messages:
                yield message
            if page.cursor is None:
                return
            cursor = page.cursor

    async def page(self, oldest: datetime, cursor: str | None, thread_ts: str | None = None) -> OurPage:
        """Read one page. Raises Slack's errors."""
        after = f"{oldest.timestamp():.6f}"
        if thread_ts is None:
            answer = await self._slack.conversations_history(
                channel=self._channel, oldest=after, include_all_metadata=True, limit=PAGE, cursor=cursor
            )
        else:
            answer = await self._slack.conversations_replies(
                channel=self._channel,
                ts=thread_ts,
                oldest=after,
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
        following = (answer.get("response_metadata") or {}).get("next_cursor")
        return OurPage(self._ours(answer), following or None)

    async def at(self, ts: str) -> OurMessage | None:
        """Look at one message of the channel itself; None if it is gone, or not ours."""
        answer = await self._slack.conversations_history(
            channel=self._channel, oldest=ts, latest=ts, inclusive=True, include_all_metadata=True, limit=1
        )
        return next((message for message in self._ours(answer) if message.ref.ts == ts), None)

    def _ours(self, answer: AsyncSlackResponse) -> tuple[OurMessage, ...]:
        found = map(self._read, answer.get("messages") or [])
        return tuple(message for message in found if message is not None)

    def _read(self, message: Json) -> OurMessage | None:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        is_ours = self._bot_id is None or message.get("bot_id") == self._bot_id
        if not is_ours or metadata.get("event_type") != METADATA_EVENT or "key" not in payload:
            return None
        version = payload.get("version")
        return OurMessage(
            key=str(payload["key"]),
            ref=MessageRef(channel=self._channel, ts=str(message["ts"])),
            version=version if isinstance(version, int) else None,
            has_buttons=any(block.get("type") == "actions" for block in message.get("blocks") or []),
            is_final=payload.get("final") is True,
        )
