"""The activities on `slack-tq`: everything that the workflows ask of Slack."""

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity

from bot.dependencies import OrderWorkflows
from bot.messages.latest_state import LatestState
from bot.messages.notifications import Notifications
from bot.messages.post_once import Post, Posted, Poster, key_of, metadata_of
from bot.views.card import card
from bot.views.reply import reply
from bot.web_api.application_errors import slack_errors_translated
from bot.web_api.errors import error_code
from bot.web_api.rate_limits import UPDATES, RateLimiter
from orchestration.contracts.slack import (
    NotifyPeople,
    PostCard,
    PostReply,
    RenderedCard,
    SlackActivity,
    UpdateCard,
)
from orchestration.domain.card import CardView
from orchestration.domain.fields import MessageRef
from orchestration.ports.decisions import DelegationStore
from orchestration.ports.rate_limit_queue import Priority, QueuedCall, RateLimitQueue
from orchestration.ports.slack_messages import MessageStore

log = structlog.stdlib.get_logger(__name__)


class SlackActivities:
    """Each may be tried any number of times. The workflow asks for one drawing of a card at a time.

    A try that was given up and still runs could draw over a newer state for a moment; the next drawing mends
    that.
    """

    def __init__(
        self,
        slack: AsyncWebClient,
        messages: MessageStore,
        approvals_channel: str,
        bot_id: str | None,
        delegations: DelegationStore | None = None,
        *,
        queue: RateLimitQueue | None = None,
        orders: OrderWorkflows | None = None,
    ) -> None:
        """Without `queue` nobody queues for Slack; without `orders` a card is drawn as it was asked for."""
        self._slack = slack
        self._messages = messages
        self._channel = approvals_channel
        self._turns = RateLimiter(queue)
        self._newest = LatestState(orders)
        self._poster = Poster(slack, messages, bot_id, self._turns)
        self._notices = Notifications(slack, self._poster, self._turns, delegations)

    @activity.defn(name=SlackActivity.POST_CARD)
    async def post_card(self, asked: PostCard) -> RenderedCard:
        """Post the order's card, once; returns where it is."""
        shown = asked.drawn
        with slack_errors_translated(shown.order_id, "posting the card"):
            _, drawn = await self._post(shown, self._channel)
            return drawn

    @activity.defn(name=SlackActivity.UPDATE_CARD)
    async def update_card(self, asked: UpdateCard) -> RenderedCard:
        """Draw a newer state over the card; returns where it is now, since a deleted card is posted anew."""
        shown = asked.drawn
        priority = Priority.CARD if asked.is_awaited else Priority.PROGRESS
        with slack_errors_translated(shown.order_id, "updating the card"):
            if (drawn := await self._draw(asked.card, shown, priority)) is not None:
                return drawn
            log.warning("somebody deleted the card: posting it anew", order_id=shown.order_id)
            await self._messages.replaced(key_of(shown.order_id, shown.key), asked.card)
            posted, drawn = await self._post(shown, asked.card.channel)
            if posted.fresh:
                return drawn
            # An earlier try posted it, and it may show what that one was given.
            return await self._draw(posted.ref, shown, priority) or drawn

    @activity.defn(name=SlackActivity.POST_REPLY)
    async def post_reply(self, asked: PostReply) -> MessageRef:
        """Write into the card's thread, once for each purpose."""
        with slack_errors_translated(asked.order_id, "replying in the card's thread"):
            post = Post(
                asked.order_id, asked.purpose, asked.card.channel, reply(asked.text), thread_ts=asked.card.ts
            )
            return (await self._poster.post(post)).ref

    @activity.defn(name=SlackActivity.NOTIFY)
    async def notify_people(self, asked: NotifyPeople) -> None:
        """Remind people, or ask further ones: each once for each notice."""
        with slack_errors_translated(asked.view.order_id, "telling people"):
            await self._notices.tell(asked)

    async def _post(self, shown: CardView, channel: str) -> tuple[Posted, RenderedCard]:
        drawn = shown

        async def newest() -> Post:
            nonlocal drawn
            drawn = await self._newest.of(shown)
            return _post_of(drawn, channel)

        posted = await self._poster.post(_post_of(shown, channel), newest)
        # What an earlier try has drawn is not known, but it is no older than what was asked for.
        return posted, _drawn(posted.ref, shown, drawn if posted.fresh else shown)

    async def _draw(self, ref: MessageRef, shown: CardView, priority: Priority) -> RenderedCard | None:
        """Draw the newest state; None if somebody has deleted the card."""
        drawn = shown
        turn = QueuedCall(UPDATES, key_of(shown.order_id, shown.key), shown.order_id, priority)
        async with self._turns.slot(turn) as waited:
            if waited:
                drawn = await self._newest.of(shown)
            message = card(drawn)
            try:
                await self._slack.chat_update(
                    channel=ref.channel,
                    ts=ref.ts,
                    text=message.text,
                    blocks=message.blocks,
                    metadata=metadata_of(turn.key, drawn),
                )
            except SlackApiError as error:
                if error_code(error) == "message_not_found":
                    return None
                raise
        return _drawn(ref, shown, drawn)


def _post_of(shown: CardView, channel: str) -> Post:
    return Post(shown.order_id, shown.key, channel, card(shown), card=shown, priority=Priority.CARD)


def _drawn(ref: MessageRef, asked: CardView, drawn: CardView) -> RenderedCard:
    version = drawn.version if drawn.version > asked.version else None
    return RenderedCard(channel=ref.channel, ts=ref.ts, version=version)
