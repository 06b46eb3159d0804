"""Slack's JSON in, typed commands out. What is not understood is refused here and goes no further."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.ids import COMMAND, ActionId, ButtonValue, PageValue
from orchestration.domain.decision import DecisionKind

V = TypeVar("V", bound=BaseModel)


class PayloadRefused(Exception):
    """A payload that is not one of ours, or was altered. The message says what is wrong, for the log."""


SlackId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,30}$")]
Timestamp = Annotated[str, Field(pattern=r"^[0-9]{10}\.[0-9]{1,6}$")]
"""Slack's: seconds since 1970, and a fraction."""
ResponseUrl = Annotated[str, Field(pattern=r"^https?://", max_length=2000)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Click(_Model):
    """A click on Approve or Cancel."""

    kind: DecisionKind
    value: ButtonValue
    user: SlackId
    channel: SlackId
    decision_id: str
    decided_at: datetime
    response_url: ResponseUrl | None


class NextPage(_Model):
    """A click on the button that turns a list's page."""

    value: PageValue
    user: SlackId
    response_url: ResponseUrl


class Typed(_Model):
    """`/order` and what was typed behind it."""

    text: str
    user: SlackId
    channel: str
    response_url: ResponseUrl


class _Id(_Model):
    id: SlackId


class _Container(_Model):
    type: Literal["message"]
    message_ts: Timestamp
    channel_id: SlackId


class _Button(_Model):
    type: Literal["button"]
    action_id: ActionId
    value: Annotated[str, Field(max_length=2000)]
    action_ts: Timestamp


class _BlockActions(_Model):
    type: Literal["block_actions"]
    user: _Id
    team: _Id | None = None
    container: _Container
    actions: Annotated[tuple[_Button, ...], Field(min_length=1, max_length=1)]
    response_url: ResponseUrl | None = None
    is_enterprise_install: bool = False


class _SlashCommand(_Model):
    command: str
    text: str = ""
    user_id: SlackId
    team_id: SlackId
    channel_id: str
    response_url: ResponseUrl
    is_enterprise_install: bool = False
    """Slack sends a string here, "false"."""


_DECISIONS = {ActionId.APPROVE: DecisionKind.APPROVE, ActionId.CANCEL: DecisionKind.CANCEL}

MAX_TEXT = 3000
"""Characters of what is typed behind a slash command; longer is cut."""


def parse_click(body: object, team_id: str | None = None) -> Click:
    """Read a click on a card. Raises PayloadRefused; `team_id` is the workspace that the bot belongs to."""
    payload = _read(_BlockActions, body)
    _check_team(payload.team.id if payload.team else None, payload.is_enterprise_install, team_id)
    button = payload.actions[0]
    kind = _DECISIONS.get(button.action_id)
    if kind is None:
        raise PayloadRefused(f"{button.action_id} decides nothing")
    return Click(
        kind=kind,
        value=_read_value(ButtonValue, button.value),
        user=payload.user.id,
        channel=payload.container.channel_id,
        decision_id=_decision_id(payload, button),
        decided_at=_time(button.action_ts),
        response_url=payload.response_url,
    )


def parse_next_page(body: object, team_id: str | None = None) -> NextPage:
    """Read a click on a list's button. Raises PayloadRefused."""
    payload = _read(_BlockActions, body)
    _check_team(payload.team.id if payload.team else None, payload.is_enterprise_install, team_id)
    button = payload.actions[0]
    if button.action_id is not ActionId.LIST_MORE or payload.response_url is None:
        raise PayloadRefused("not the button of a list")
    return NextPage(
        value=_read_value(PageValue, button.value), user=payload.user.id, response_url=payload.response_url
    )


def parse_command(body: object, team_id: str | None = None) -> Typed:
    """Read a slash command. Raises PayloadRefused."""
    payload = _read(_SlashCommand, body)
    _check_team(payload.team_id, payload.is_enterprise_install, team_id)
    if payload.command != COMMAND:
        raise PayloadRefused(f"the command is not {COMMAND}")
    return Typed(
        text=payload.text[:MAX_TEXT],
        user=payload.user_id,
        channel=payload.channel_id,
        response_url=payload.response_url,
    )


def where_to_answer(body: object) -> str | None:
    """Find the response_url even of a payload that was refused."""

    class _Url(_Model):
        response_url: ResponseUrl

    try:
        return _Url.model_validate(body).response_url
    except ValidationError:
        return None


def _read(model: type[V], body: object) -> V:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise PayloadRefused(_problems(error)) from None


def _read_value(model: type[V], value: str) -> V:
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        raise PayloadRefused(f"the button's value: {_problems(error)}") from None


def _problems(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong)[:500]


def _check_team(team: str | None, is_enterprise_install: bool, ours: str | None) -> None:
    # An app installed for a whole organisation hears from all of its workspaces.
    if ours is not None and not is_enterprise_install and team != ours:
        raise PayloadRefused(f"it comes from workspace {team}, and this bot belongs to {ours}")


def _decision_id(payload: _BlockActions, button: _Button) -> str:
    # Made of nothing but the click: delivered twice, it is the same decision.
    parts = (
        payload.user.id,
        payload.container.channel_id,
        payload.container.message_ts,
        button.action_id,
        button.action_ts,
    )
    return "slack-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _time(timestamp: str) -> datetime:
    seconds, _, fraction = timestamp.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")))
