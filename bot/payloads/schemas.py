"""What all of Slack's payloads have in common, and how they are read: strictly, or refused."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.ids import ActionId

V = TypeVar("V", bound=BaseModel)


class PayloadRefused(Exception):
    """A payload that is not one of ours, or was altered. The message says what is wrong, for the log."""


SlackId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,30}$")]
Timestamp = Annotated[str, Field(pattern=r"^[0-9]{10}\.[0-9]{1,6}$")]
"""Slack's: seconds since 1970, and a fraction."""
ResponseUrl = Annotated[str, Field(pattern=r"^https?://", max_length=2000)]
TriggerId = Annotated[str, Field(min_length=1, max_length=500)]
"""Opens one modal, within three seconds."""


class Schema(BaseModel):
    """A part of a payload: what we read of it; the rest is passed over."""

    model_config = ConfigDict(frozen=True)


class Id(Schema):
    """Of a user, a team, a channel."""

    id: SlackId


class Sender(Id):
    """Who did it. `team_id` is their home, which differs in channels that workspaces share."""

    team_id: SlackId | None = None


class Payload(Schema):
    """What says where a payload comes from and who sent it."""

    user: Sender
    team: Id | None = None
    enterprise: Id | None = None
    api_app_id: SlackId | None = None
    is_enterprise_install: bool = False


class CardMessage(Schema):
    """The message in which something was clicked, as Slack has it."""

    bot_id: SlackId | None = None
    blocks: Annotated[tuple[dict[str, object], ...], Field(max_length=100)] = ()

    @property
    def elements(self) -> list[dict[str, object]]:
        """Everything clickable."""
        return [each for block in self.blocks for each in _elements(block)]


class Container(Schema):
    """The message in which something was clicked."""

    type: Literal["message"]
    message_ts: Timestamp
    channel_id: SlackId


class Button(Schema):
    """A button that was clicked."""

    type: Literal["button"]
    action_id: ActionId
    value: Annotated[str, Field(max_length=2000)]
    action_ts: Timestamp


class Option(Schema):
    """An option that was chosen, of a menu or of radio buttons."""

    value: Annotated[str, Field(max_length=150)]


class MessageActions(Payload):
    """`block_actions` of one element in a message, whichever it is."""

    type: Literal["block_actions"]
    container: Container
    message: CardMessage | None = None
    """Slack leaves it out for messages that only one person sees."""
    response_url: ResponseUrl | None = None


class ButtonActions(MessageActions):
    """The same of a button."""

    actions: Annotated[tuple[Button, ...], Field(min_length=1, max_length=1)]


def read(model: type[V], body: object) -> V:
    """Read a payload. Raises PayloadRefused."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise PayloadRefused(_problems(error)) from None


def read_json(model: type[V], text: str, what: str) -> V:
    """Read what we wrote into a button or a modal (`what`). Raises PayloadRefused."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise PayloadRefused(f"{what}: {_problems(error)}") from None


def time_of(timestamp: str) -> datetime:
    """Turn Slack's timestamp into a time."""
    seconds, _, fraction = timestamp.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")))


def _problems(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong)[:500]


def _elements(block: dict[str, object]) -> list[dict[str, object]]:
    elements = block.get("elements")
    return [each for each in elements if isinstance(each, dict)] if isinstance(elements, list) else []
