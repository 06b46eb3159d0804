"""The activities on `slack-tq`: everything that the workflows ask of Slack."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from temporalio import activity

from bot.notices import Notices
from bot.posting import Post, Poster
from bot.slack_errors import SLACK_ERRORS, Remedy, code_of, to_temporal
from bot.views.card import card
from bot.views.reply import reply
from orchestration.contracts import NotifyPeople, PostCard, PostReply, SlackActivity, UpdateCard
from orchestration.domain.view import MessageRef
from orchestration.ports import DelegationStore, MessageStore

log = structlog.stdlib.get_logger(__name__)

_LOUD = {Remedy.OPERATOR, Remedy.OUR_BUG, Remedy.UNKNOWN}


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
    ) -> None:
        self._slack = slack
        self._messages = messages
        self._channel = approvals_channel
        self._poster = Poster(slack, messages, bot_id)
        self._notices = Notices(slack, self._poster, delegations)

    @activity.defn(name=SlackActivity.POST_CARD)
    async def post_card(self, asked: PostCard) -> MessageRef:
        """Post the order's card, once; returns where it is."""
        shown = asked.drawn
        with translated(shown.order_id, "posting the card"):
            post = Post(shown.order_id, shown.key, self._channel, card(shown), version=shown.version)
            return (await self._poster.post(post)).ref

    @activity.defn(name=SlackActivity.UPDATE_CARD)
    async def update_card(self, asked: UpdateCard) -> MessageRef:
        """Draw a newer state over the card; returns where it is now, since a deleted card is posted anew."""
        shown = asked.drawn
        with translated(shown.order_id, "updating the card"):
            post = Post(shown.order_id, shown.key, asked.card.channel, card(shown), version=shown.version)
            if await self._draw(asked.card, post):
                return asked.card
            log.warning("somebody deleted the card: posting it anew", order_id=post.order_id)
            await self._messages.replaced(post.key, asked.card)
            posted = await self._poster.post(post)
            if not posted.fresh:
                # An earlier try posted it, and it may show what that one was given.
                await self._draw(posted.ref, post)
            return posted.ref

    @activity.defn(name=SlackActivity.POST_REPLY)
    async def post_reply(self, asked: PostReply) -> MessageRef:
        """Write into the card's thread, once for each purpose."""
        with translated(asked.order_id, "replying in the card's thread"):
            post = Post(
                asked.order_id, asked.purpose, asked.card.channel, reply(asked.text), thread_ts=asked.card.ts
            )
            return (await self._poster.post(post)).ref

    @activity.defn(name=SlackActivity.NOTIFY)
    async def notify_people(self, asked: NotifyPeople) -> None:
        """Remind people, or ask further ones: each once for each notice."""
        with translated(asked.view.order_id, "telling people"):
            await self._notices.tell(asked)

    async def _draw(self, ref: MessageRef, post: Post) -> bool:
        try:
            await self._slack.chat_update(
                channel=ref.channel,
                ts=ref.ts,
                text=post.message.text,
                blocks=post.message.blocks,
                metadata=post.metadata,
            )
        except SlackApiError as error:
            if code_of(error) == "message_not_found":
                return False
            raise
        return True


@contextmanager
def translated(order_id: str, doing: str) -> Iterator[None]:
    """Say loudly what Slack did not take, and raise it as Temporal wants to hear it."""
    try:
        yield
    except SLACK_ERRORS as error:
        failure = to_temporal(error, doing)
        level = "error" if failure.type in _LOUD else "warning"
        getattr(log, level)("Slack did not take it", order_id=order_id, problem=failure.message)
        # Without its cause: the frames of the call hold the token.
        raise failure from None
