"""Finds the messages that Countersign posted in a channel, by their metadata."""

from collections.abc import AsyncIterator
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.block_kit.text import Json
from bot.ids import METADATA_EVENT
from orchestration.contracts.reconciliation import CardPage
from orchestration.domain.fields import MessageRef
from orchestration.domain.reconciliation.findings import ObservedCard

PAGE = 200
"""Messages a call. Slack recommends at most 200."""


class OwnMessages:
    """Reads the messages of one channel that carry our metadata and come from this bot.

    With `bot_id` None, messages of any bot count, if they carry our metadata.
    """

    def __init__(self, slack: AsyncWebClient, channel: str, bot_id: str | None) -> None:
        self._slack = slack
        self._channel = channel
        self._bot_id = bot_id

    async def since(self, oldest: datetime, thread_ts: str | None = None) -> AsyncIterator[ObservedCard]:
        """Yield the messages in the channel, or in one of its threads. Raises SLACK_ERRORS."""
        cursor: str | None = None
        while True:
            page = await self.page(oldest, cursor, thread_ts)
            for message in page.cards:
                yield message
            if page.cursor is None:
                return
            cursor = page.cursor

    async def page(self, oldest: datetime, cursor: str | None, thread_ts: str | None = None) -> CardPage:
        """Read one page. Raises SLACK_ERRORS."""
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
        return CardPage(cards=self._own(answer), cursor=following or None)

    async def at(self, ts: str) -> ObservedCard | None:
        """Return one message of the channel; None if it was deleted or is not ours. Raises SLACK_ERRORS."""
        answer = await self._slack.conversations_history(
            channel=self._channel, oldest=ts, latest=ts, inclusive=True, include_all_metadata=True, limit=1
        )
        return next((message for message in self._own(answer) if message.ref.ts == ts), None)

    def _own(self, answer: AsyncSlackResponse) -> tuple[ObservedCard, ...]:
        found = map(self._parse, answer.get("messages") or [])
        return tuple(message for message in found if message is not None)

    def _parse(self, message: Json) -> ObservedCard | None:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        is_own = self._bot_id is None or message.get("bot_id") == self._bot_id
        if not is_own or metadata.get("event_type") != METADATA_EVENT or "key" not in payload:
            return None
        version = payload.get("version")
        return ObservedCard(
            key=str(payload["key"]),
            ref=MessageRef(channel=self._channel, ts=str(message["ts"])),
            version=version if isinstance(version, int) else None,
            has_buttons=any(block.get("type") == "actions" for block in message.get("blocks") or []),
            is_final=payload.get("final") is True,
        )
