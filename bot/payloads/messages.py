"""Slack's JSON in, typed commands out. What is not understood is refused here and goes no further."""

import hashlib
from datetime import datetime

from pydantic import ValidationError

from bot.ids import COMMAND, ActionId, ButtonValue, PageValue
from bot.payloads.origin import check_origin, check_poster, check_shown
from bot.payloads.schemas import (
    Button,
    ButtonActions,
    CardMessage,
    Id,
    MessageActions,
    Payload,
    PayloadRefused,
    ResponseUrl,
    Schema,
    Sender,
    SlackId,
    TriggerId,
    read,
    read_json,
    time_of,
)
from bot.views.sentences.decisions import named
from bot.web_api.identity import Identity
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind

__all__ = [
    "Click",
    "Forged",
    "NextPage",
    "PayloadRefused",
    "SlashCommand",
    "parse_click",
    "parse_command",
    "parse_next_page",
]


class Click(Schema):
    """A decision that somebody made: with a button of a card, or with a modal that its menu opened."""

    kind: DecisionKind
    value: ButtonValue
    user: SlackId
    channel: SlackId
    decision_id: str
    decided_at: datetime
    response_url: ResponseUrl | None
    surface: Surface = Surface.BUTTON
    note: str | None = None
    override: bool = False

    @property
    def name(self) -> str:
        """What it is about, for a sentence."""
        return named(self.value.subject, self.value.order_id)


class Forged(PayloadRefused):
    """A decision that is well formed, and not one that Slack would send for our card."""

    def __init__(self, why: str, click: Click) -> None:
        super().__init__(why)
        self.click = click


class NextPage(Schema):
    """A click on the button that turns a list's page."""

    value: PageValue
    user: SlackId
    response_url: ResponseUrl


class SlashCommand(Schema):
    """`/order` and what was typed behind it."""

    text: str
    user: SlackId
    channel: str
    response_url: ResponseUrl
    trigger_id: TriggerId


class _SlashCommand(Schema):
    command: str
    text: str = ""
    user_id: SlackId
    team_id: SlackId
    enterprise_id: SlackId | None = None
    api_app_id: SlackId | None = None
    channel_id: str
    response_url: ResponseUrl
    trigger_id: TriggerId
    is_enterprise_install: bool = False
    """Slack sends a string here, "false"."""

    @property
    def origin(self) -> Payload:
        """The same as other payloads say it."""
        return Payload(
            user=Sender(id=self.user_id),
            team=Id(id=self.team_id),
            enterprise=Id(id=self.enterprise_id) if self.enterprise_id else None,
            api_app_id=self.api_app_id,
            is_enterprise_install=self.is_enterprise_install,
        )


_DECISIONS = {ActionId.APPROVE: DecisionKind.APPROVE, ActionId.CANCEL: DecisionKind.CANCEL}

MAX_TEXT = 3000
"""Characters of what is typed behind a slash command; longer is cut."""


def parse_click(body: object, ours: Identity | None = None) -> Click:
    """Read a click on a card. Raises PayloadRefused; Forged, if it names an order. `ours`: who the bot is."""
    payload = read(ButtonActions, body)
    button = payload.actions[0]
    kind = _DECISIONS.get(button.action_id)
    if kind is None:
        raise PayloadRefused(f"{button.action_id} decides nothing")
    click = Click(
        kind=kind,
        value=read_json(ButtonValue, button.value, "the button's value"),
        user=payload.user.id,
        channel=payload.container.channel_id,
        decision_id=_decision_id(payload, button),
        decided_at=time_of(button.action_ts),
        response_url=payload.response_url,
    )
    message = payload.message or CardMessage()
    try:
        check_origin(payload, ours)
        check_poster(message.bot_id, ours)
        check_shown(click.value, message)
    except PayloadRefused as refused:
        raise Forged(str(refused), click) from None
    return click


def parse_next_page(body: object, ours: Identity | None = None) -> NextPage:
    """Read a click on a list's button. Raises PayloadRefused."""
    payload = read(ButtonActions, body)
    check_origin(payload, ours)
    button = payload.actions[0]
    if button.action_id is not ActionId.LIST_MORE or payload.response_url is None:
        raise PayloadRefused("not the button of a list")
    value = read_json(PageValue, button.value, "the button's value")
    return NextPage(value=value, user=payload.user.id, response_url=payload.response_url)


def parse_command(body: object, ours: Identity | None = None) -> SlashCommand:
    """Read a slash command. Raises PayloadRefused."""
    payload = read(_SlashCommand, body)
    check_origin(payload.origin, ours)
    if payload.command != COMMAND:
        raise PayloadRefused(f"the command is not {COMMAND}")
    return SlashCommand(
        text=payload.text[:MAX_TEXT],
        user=payload.user_id,
        channel=payload.channel_id,
        response_url=payload.response_url,
        trigger_id=payload.trigger_id,
    )


def where_to_answer(body: object) -> str | None:
    """Find the response_url even of a payload that was refused."""

    class _Url(Schema):
        response_url: ResponseUrl

    try:
        return _Url.model_validate(body).response_url
    except ValidationError:
        return None


def _decision_id(payload: MessageActions, button: Button) -> str:
    # Made of nothing but the click: delivered twice, it is the same decision.
    parts = (
        payload.user.id,
        payload.container.channel_id,
        payload.container.message_ts,
        button.action_id,
        button.action_ts,
    )
    return "slack-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
