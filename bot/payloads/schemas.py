"""Models of the parts that Slack's payloads share, and the functions that read a payload.

Fields that a model does not name are ignored; a named field with another type or form refuses the payload.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.ids import ActionId

V = TypeVar("V", bound=BaseModel)


class PayloadRefused(Exception):
    """A payload was not made by this app, or was altered. The message says what is wrong, for the log."""


SlackId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,30}$")]
"""Id of a user, team, channel, bot, app or view."""
Timestamp = Annotated[str, Field(pattern=r"^[0-9]{10}\.[0-9]{1,6}$")]
"""A Slack timestamp (`ts`): seconds since 1970 with a fraction. It is also a message's id in its channel."""
ResponseUrl = Annotated[str, Field(pattern=r"^https?://", max_length=2000)]
TriggerId = Annotated[str, Field(min_length=1, max_length=500)]
"""Permits one `views.open` call, within three seconds of the interaction."""


class Schema(BaseModel):
    """Base of all payload models: frozen, and unknown fields are ignored."""

    model_config = ConfigDict(frozen=True)


class Id(Schema):
    """An object of which only the id is read: a user, a team, an enterprise."""

    id: SlackId


class Sender(Id):
    """The user who clicked, typed or submitted.

    `team_id` is the user's home workspace. In a channel shared between workspaces it is not always ours.
    """

    team_id: SlackId | None = None


class Payload(Schema):
    """The fields that say who sent a payload, from which workspace, and for which app."""

    user: Sender
    team: Id | None = None
    enterprise: Id | None = None
    api_app_id: SlackId | None = None
    is_enterprise_install: bool = False


class CardMessage(Schema):
    """The message that holds the clicked element, as Slack repeats it in the payload."""

    bot_id: SlackId | None = None
    blocks: Annotated[tuple[dict[str, object], ...], Field(max_length=100)] = ()

    @property
    def elements(self) -> list[dict[str, object]]:
        """Return the interactive elements of all blocks."""
        return [each for block in self.blocks for each in _elements(block)]


class Container(Schema):
    """The channel and timestamp of the message that holds the clicked element."""

    type: Literal["message"]
    message_ts: Timestamp
    channel_id: SlackId


class Button(Schema):
    """A clicked button."""

    type: Literal["button"]
    action_id: ActionId
    value: Annotated[str, Field(max_length=2000)]
    action_ts: Timestamp


class Option(Schema):
    """A chosen option of an overflow menu or of radio buttons."""

    value: Annotated[str, Field(max_length=150)]


class MessageActions(Payload):
    """A `block_actions` payload about one element in a message."""

    type: Literal["block_actions"]
    container: Container
    message: CardMessage | None = None
    """Missing for ephemeral messages."""
    response_url: ResponseUrl | None = None


class ButtonActions(MessageActions):
    """A `block_actions` payload about one button in a message."""

    actions: Annotated[tuple[Button, ...], Field(min_length=1, max_length=1)]


class _WithResponseUrl(Schema):
    response_url: ResponseUrl


def read(model: type[V], body: object) -> V:
    """Read a payload. Raises PayloadRefused."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise PayloadRefused(_problems(error)) from None


def read_json(model: type[V], text: str, what: str) -> V:
    """Read JSON that the bot stored in a button or modal, named `what` in errors. Raises PayloadRefused."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise PayloadRefused(f"{what}: {_problems(error)}") from None


def response_url_of(body: object) -> str | None:
    """Return the response_url of a payload, also of one that was refused, so that the user gets an answer."""
    try:
        return _WithResponseUrl.model_validate(body).response_url
    except ValidationError:
        return None


def time_of(timestamp: str) -> datetime:
    """Convert a Slack timestamp to a UTC time."""
    seconds, _, fraction = timestamp.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")))


def _problems(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong)[:500]


def _elements(block: dict[str, object]) -> list[dict[str, object]]:
    elements = block.get("elements")
    return [each for each in elements if isinstance(each, dict)] if isinstance(elements, list) else []
