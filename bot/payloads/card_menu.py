"""What opens modals: the menu of a card, the button of a question. What is not understood is refused here."""

from typing import Annotated, Literal

from pydantic import Field

from bot.ids import ActionId, AnswerValue, ButtonValue, MenuChoice
from bot.payloads.origin import check_origin, check_poster
from bot.payloads.schemas import (
    ButtonActions,
    CardMessage,
    MessageActions,
    Option,
    PayloadRefused,
    ResponseUrl,
    Schema,
    SlackId,
    Timestamp,
    TriggerId,
    read,
    read_json,
)
from bot.web_api.identity import Identity


class MenuClick(Schema):
    """What somebody chose from the menu of a card. `value` is that of the card's Approve button."""

    choice: MenuChoice
    value: ButtonValue
    user: SlackId
    channel: SlackId
    message_ts: Timestamp
    trigger_id: TriggerId
    response_url: ResponseUrl | None


class AnswerClick(Schema):
    """A click on the button that answers a question."""

    value: AnswerValue
    user: SlackId
    channel: SlackId
    trigger_id: TriggerId
    response_url: ResponseUrl | None


class _Chosen(Schema):
    type: Literal["overflow"]
    action_id: Literal[ActionId.MORE]
    selected_option: Option


class _CardButton(Schema):
    type: Literal["button"]
    action_id: Literal[ActionId.APPROVE]
    value: Annotated[str, Field(max_length=2000)]


class _MenuActions(MessageActions):
    actions: Annotated[tuple[_Chosen, ...], Field(min_length=1, max_length=1)]
    message: CardMessage
    trigger_id: TriggerId


class _AnswerActions(ButtonActions):
    trigger_id: TriggerId


def parse_menu(body: object, ours: Identity | None = None) -> MenuClick:
    """Read a choice from the menu of a card. Raises PayloadRefused."""
    payload = read(_MenuActions, body)
    check_origin(payload, ours)
    check_poster(payload.message.bot_id, ours)
    chosen = payload.actions[0].selected_option.value
    if chosen not in set(MenuChoice):
        raise PayloadRefused("not an option of the menu")
    return MenuClick(
        choice=MenuChoice(chosen),
        value=_value_of(payload.message),
        user=payload.user.id,
        channel=payload.container.channel_id,
        message_ts=payload.container.message_ts,
        trigger_id=payload.trigger_id,
        response_url=payload.response_url,
    )


def parse_answer_click(body: object, ours: Identity | None = None) -> AnswerClick:
    """Read a click on the button that answers a question. Raises PayloadRefused."""
    payload = read(_AnswerActions, body)
    check_origin(payload, ours)
    check_poster(payload.message.bot_id if payload.message else None, ours)
    button = payload.actions[0]
    if button.action_id is not ActionId.ANSWER:
        raise PayloadRefused(f"{button.action_id} answers nothing")
    return AnswerClick(
        value=read_json(AnswerValue, button.value, "the button's value"),
        user=payload.user.id,
        channel=payload.container.channel_id,
        trigger_id=payload.trigger_id,
        response_url=payload.response_url,
    )


def _value_of(message: CardMessage) -> ButtonValue:
    """Find which order the card is of: it stands on its Approve button, and nowhere else."""
    buttons = [each for each in message.elements if each.get("action_id") == ActionId.APPROVE]
    if len(buttons) != 1:
        raise PayloadRefused(f"a card with {len(buttons)} Approve buttons")
    return read_json(ButtonValue, read(_CardButton, buttons[0]).value, "the Approve button's value")
