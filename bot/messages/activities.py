"""The activities that post and update cards, reply in their threads and notify people."""

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity

from bot.messages.exactly_once_poster import Post, Posted, Poster, key_of, metadata_of
from bot.messages.latest_state import LatestState
from bot.messages.notifications import Notifications
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
from orchestration.ports.workflows import OrderWorkflows

log = structlog.stdlib.get_logger(__name__)


class SlackActivities:
    """Activities on `slack-tq`. Temporal may retry each of them any number of times.

    The workflow asks for one update of a card at a time. A timed-out attempt that is still running could
    overwrite a newer state; the next update corrects that.
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
        """Without `queue` no call queues; without `orders` a card shows the state in the activity's input."""
        self._slack = slack
        self._messages = messages
        self._channel = approvals_channel
        self._rate_limiter = RateLimiter(queue)
        self._latest_state = LatestState(orders)
        self._poster = Poster(slack, messages, bot_id, self._rate_limiter)
        self._notifications = Notifications(slack, self._poster, self._rate_limiter, delegations)

    @activity.defn(name=SlackActivity.POST_CARD)
    async def post_card(self, request: PostCard) -> RenderedCard:
        """Post the card of an order or refund once, and return where it is."""
        view = request.card_view
        with slack_errors_translated(view.order_id, "posting the card"):
            _, rendered = await self._post(view, self._channel)
            return rendered

    @activity.defn(name=SlackActivity.UPDATE_CARD)
    async def update_card(self, request: UpdateCard) -> RenderedCard:
        """Update a card and return where it is. A card that somebody deleted is posted again."""
        view = request.card_view
        priority = Priority.CARD if request.is_urgent else Priority.PROGRESS
        with slack_errors_translated(view.order_id, "updating the card"):
            if (rendered := await self._update(request.card, view, priority)) is not None:
                return rendered
            log.warning("card was deleted in Slack: posting it again", order_id=view.order_id)
            await self._messages.replaced(key_of(view.order_id, view.key), request.card)
            posted, rendered = await self._post(view, request.card.channel)
            if posted.is_new:
                return rendered
            # An earlier attempt of this activity posted the card, perhaps with an older state.
            return await self._update(posted.ref, view, priority) or rendered

    @activity.defn(name=SlackActivity.POST_REPLY)
    async def post_reply(self, request: PostReply) -> MessageRef:
        """Post a reply in the card's thread, once for each purpose."""
        card_ref = request.card
        with slack_errors_translated(request.order_id, "replying in the card's thread"):
            message = reply(request.text)
            post = Post(request.order_id, request.purpose, card_ref.channel, message, thread_ts=card_ref.ts)
            return (await self._poster.post(post)).ref

    @activity.defn(name=SlackActivity.NOTIFY)
    async def notify_people(self, request: NotifyPeople) -> None:
        """Send a notification, once to each recipient."""
        with slack_errors_translated(request.card_view.order_id, "notifying people"):
            await self._notifications.send(request)

    async def _post(self, view: CardView, channel: str) -> tuple[Posted, RenderedCard]:
        latest = view

        async def render_latest() -> Post:
            nonlocal latest
            latest = await self._latest_state.fetch(view)
            return _card_post(latest, channel)

        posted = await self._poster.post(_card_post(view, channel), render_latest)
        # The state that an earlier attempt posted is unknown, but not older than the state asked for.
        return posted, _rendered(posted.ref, view, latest if posted.is_new else view)

    async def _update(self, ref: MessageRef, view: CardView, priority: Priority) -> RenderedCard | None:
        """Update the card's message; None if somebody has deleted it."""
        latest = view
        call = QueuedCall(UPDATES, key_of(view.order_id, view.key), view.order_id, priority)
        async with self._rate_limiter.slot(call) as queued:
            if queued:
                latest = await self._latest_state.fetch(view)
            message = card(latest)
            try:
                await self._slack.chat_update(
                    channel=ref.channel,
                    ts=ref.ts,
                    text=message.text,
                    blocks=message.blocks,
                    metadata=metadata_of(call.key, latest),
                )
            except SlackApiError as error:
                if error_code(error) == "message_not_found":
                    return None
                raise
        return _rendered(ref, view, latest)


def _card_post(view: CardView, channel: str) -> Post:
    return Post(view.order_id, view.key, channel, card(view), card=view, priority=Priority.CARD)


def _rendered(ref: MessageRef, requested: CardView, rendered: CardView) -> RenderedCard:
    version = rendered.version if rendered.version > requested.version else None
    return RenderedCard(channel=ref.channel, ts=ref.ts, version=version)
