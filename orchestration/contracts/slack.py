"""Names, inputs and results of the activities on task queue `slack-tq`."""

from enum import StrEnum

from orchestration.domain.approval.notifications import Notification
from orchestration.domain.card import CardView
from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel


class SlackActivity(StrEnum):
    """Activities on `slack-tq`."""

    POST_CARD = "post_card"
    UPDATE_CARD = "update_card"
    POST_REPLY = "post_reply"
    NOTIFY = "notify_people"


class PostCard(FrozenModel):
    """Input of `post_card`, which posts the card of an order or a refund exactly once."""

    card_view: CardView


class UpdateCard(FrozenModel):
    """Input of `update_card`, which replaces the content of the message at `card`."""

    card_view: CardView
    card: MessageRef
    is_urgent: bool = True
    """Whether people wait for this update. If so, it goes before updates that only show progress."""


class RenderedCard(MessageRef):
    """Result of `post_card` and `update_card`: where the card is.

    `version` is the version of the card that Slack now shows, if it is newer than the one in the input.
    """

    version: int | None = None


class NotifyPeople(FrozenModel):
    """Input of `notify_people`, which sends each person a notification once.

    `people` and `excluded` hold ids of users and user groups. All members of `people` are notified, except
    the members of `excluded`.
    """

    card_view: CardView
    card: MessageRef | None
    notification: Notification
    people: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class PostReply(FrozenModel):
    """Input of `post_reply`, which posts a message in the card's thread once for each `purpose` of an order.

    `text` is plain text and can hold text from users: the bot escapes it.
    """

    order_id: str
    card: MessageRef
    purpose: str
    text: str
