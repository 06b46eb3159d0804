"""Names, inputs and results of the activities on `slack-tq`."""

from enum import StrEnum

from orchestration.domain.approval.notifications import Notification
from orchestration.domain.card import CardView, order_card
from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.view import OrderView


class SlackActivity(StrEnum):
    """Activities on `slack-tq`."""

    POST_CARD = "post_card"
    UPDATE_CARD = "update_card"
    POST_REPLY = "post_reply"
    NOTIFY = "notify_people"


class _CardInput(FrozenModel):
    """What a card is to show. Workflows of earlier releases say it as the view of an order."""

    shown: CardView | None = None
    view: OrderView | None = None

    @property
    def drawn(self) -> CardView:
        """What to draw. Raises ValueError if there is nothing."""
        if self.shown is not None:
            return self.shown
        if self.view is not None:
            return order_card(self.view)
        raise ValueError("there is nothing to draw")


class PostCard(_CardInput):
    """Input of `post_card` (once for each card)."""


class UpdateCard(_CardInput):
    """Input of `update_card`: draw this state over the card at `card`."""

    card: MessageRef
    is_awaited: bool = True
    """Whether people sit and look at the card for it: it goes before mere progress."""


class RenderedCard(MessageRef):
    """Where the card is. `version`: what was drawn, if that is newer than what was asked for."""

    version: int | None = None


class NotifyPeople(FrozenModel):
    """Input of `notify_people`: remind, or ask further people, once for each notice and person.

    `people` and `without` are users and user groups: all members of the ones, but none of the others.
    """

    view: CardView
    card: MessageRef | None
    notification: Notification
    people: tuple[str, ...]
    without: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class PostReply(FrozenModel):
    """Input of `post_reply`. `purpose` makes it unique for its order (once for each purpose).

    `text` is plain words of ours and of people outside: the bot escapes it.
    """

    order_id: str
    card: MessageRef
    purpose: str
    text: str
