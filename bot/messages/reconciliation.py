"""The reconciler's activities in Slack: list cards, read one, find duplicate messages, delete a duplicate."""

from collections.abc import AsyncIterator

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity

from bot.messages.exactly_once_poster import CLOCK_SKEW
from bot.messages.own_messages import OwnMessages
from bot.web_api.application_errors import slack_errors_translated
from bot.web_api.errors import error_code
from orchestration.contracts.reconciliation import (
    CardLookup,
    CardPage,
    DeleteCopy,
    GetCard,
    MessageCopies,
    PageRequest,
    ReconcileSlackActivity,
    RetriedMessage,
)
from orchestration.domain.fields import MessageRef
from orchestration.domain.reconciliation.findings import ObservedCard
from orchestration.ports.slack_messages import MessageStore

log = structlog.stdlib.get_logger(__name__)

_GONE = {"message_not_found", "thread_not_found"}


class SlackReconciliationActivities:
    """Activities on `slack-tq`. All of them can be retried; only `delete_copy` changes anything."""

    def __init__(
        self, slack: AsyncWebClient, messages: MessageStore, approvals_channel: str, bot_id: str | None
    ) -> None:
        self._slack = slack
        self._messages = messages
        self._channel = approvals_channel
        self._bot_id = bot_id

    @activity.defn(name=ReconcileSlackActivity.SCAN_CARDS)
    async def scan_cards(self, request: PageRequest) -> CardPage:
        """Return one page of the cards in the approvals channel."""
        with slack_errors_translated("", "reading the approvals channel"):
            return await OwnMessages(self._slack, self._channel, self._bot_id).page(
                request.since, request.cursor
            )

    @activity.defn(name=ReconcileSlackActivity.READ_CARD)
    async def read_card(self, request: GetCard) -> CardLookup:
        """Return a card as it is in Slack now."""
        with slack_errors_translated("", "reading a card"):
            message = await OwnMessages(self._slack, request.ref.channel, self._bot_id).at(request.ref.ts)
        return CardLookup(card=None if message is None or message.key != request.key else message)

    @activity.defn(name=ReconcileSlackActivity.FIND_COPIES)
    async def find_copies(self, message: RetriedMessage) -> MessageCopies:
        """Return all messages with this key, in the channel and in the card's thread."""
        oldest = message.first_attempt_at - CLOCK_SKEW
        own_messages = OwnMessages(self._slack, message.channel, self._bot_id)
        with slack_errors_translated(message.order_id, "looking for duplicate messages"):
            refs = await _refs_with_key(message.key, own_messages.since(oldest))
            if message.thread_ts is not None:
                try:
                    refs += await _refs_with_key(message.key, own_messages.since(oldest, message.thread_ts))
                except SlackApiError as error:
                    if error_code(error) not in _GONE:
                        raise
        # The first message of a thread is in the channel's history too.
        return MessageCopies(refs=tuple(dict.fromkeys(refs)))

    @activity.defn(name=ReconcileSlackActivity.DELETE_COPY)
    async def delete_copy(self, request: DeleteCopy) -> None:
        """Delete a duplicate, unless it is the message that the database refers to."""
        known = await self._messages.find(request.key)
        if known is None or known.posted is None or known.posted == request.copy_ref:
            log.warning(
                "duplicate message not deleted: it is the one that the database refers to", key=request.key
            )
            return
        with slack_errors_translated(known.order_id, "deleting a duplicate message"):
            try:
                await self._slack.chat_delete(channel=request.copy_ref.channel, ts=request.copy_ref.ts)
            except SlackApiError as error:
                if error_code(error) not in _GONE:
                    raise
        log.info("deleted a duplicate message", key=request.key, ts=request.copy_ref.ts)


async def _refs_with_key(key: str, messages: AsyncIterator[ObservedCard]) -> list[MessageRef]:
    return [message.ref async for message in messages if message.key == key]
