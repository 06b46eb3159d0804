"""What the reconciler asks of Slack: which cards are there, which messages twice, and to delete a copy."""

from collections.abc import AsyncIterator

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity

from bot.messages.own_messages import OwnMessages
from bot.messages.post_once import CLOCK_SKEW
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
    """Reads, but for deleting a copy; each may be repeated."""

    def __init__(
        self, slack: AsyncWebClient, messages: MessageStore, approvals_channel: str, bot_id: str | None
    ) -> None:
        self._slack = slack
        self._messages = messages
        self._channel = approvals_channel
        self._bot_id = bot_id

    @activity.defn(name=ReconcileSlackActivity.SCAN_CARDS)
    async def scan_cards(self, wanted: PageRequest) -> CardPage:
        """Return a page of the cards in the approvals channel."""
        with slack_errors_translated("", "reading the approvals channel"):
            return await OwnMessages(self._slack, self._channel, self._bot_id).page(
                wanted.since, wanted.cursor
            )

    @activity.defn(name=ReconcileSlackActivity.LOOK_AT_CARD)
    async def look_at_card(self, wanted: GetCard) -> CardLookup:
        """Look at one card as it is now."""
        with slack_errors_translated("", "looking at a card"):
            message = await OwnMessages(self._slack, wanted.ref.channel, self._bot_id).at(wanted.ref.ts)
        return CardLookup(card=None if message is None or message.key != wanted.key else message)

    @activity.defn(name=ReconcileSlackActivity.FIND_COPIES)
    async def find_copies(self, message: RetriedMessage) -> MessageCopies:
        """Return every message with this key, in its channel and in the card's thread."""
        oldest = message.first_attempt_at - CLOCK_SKEW
        ours = OwnMessages(self._slack, message.channel, self._bot_id)
        with slack_errors_translated(message.order_id, "looking for a message that is there twice"):
            refs = await _with_key(message.key, ours.since(oldest))
            if message.thread_ts is not None:
                try:
                    refs += await _with_key(message.key, ours.since(oldest, message.thread_ts))
                except SlackApiError as error:
                    if error_code(error) not in _GONE:
                        raise
        # The first message of a thread is the channel's too.
        return MessageCopies(refs=tuple(dict.fromkeys(refs)))

    @activity.defn(name=ReconcileSlackActivity.DELETE_COPY)
    async def delete_copy(self, wanted: DeleteCopy) -> None:
        """Delete it, unless it has become the message that Countersign knows of."""
        known = await self._messages.find(wanted.key)
        if known is None or known.posted is None or known.posted == wanted.copy_ref:
            log.warning("this copy is left alone: it is the only one that is known", key=wanted.key)
            return
        with slack_errors_translated(known.order_id, "deleting a message that is there twice"):
            try:
                await self._slack.chat_delete(channel=wanted.copy_ref.channel, ts=wanted.copy_ref.ts)
            except SlackApiError as error:
                if error_code(error) not in _GONE:
                    raise
        log.info("deleted a message that was there twice", key=wanted.key, ts=wanted.copy_ref.ts)


async def _with_key(key: str, messages: AsyncIterator[ObservedCard]) -> list[MessageRef]:
    return [message.ref async for message in messages if message.key == key]
