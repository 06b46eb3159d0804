"""Reads a choice from the overflow menu of a card."""

from typing import Annotated, Literal

from pydantic import Field

from bot.ids import ActionId, ButtonValue, MenuChoice
from bot.payloads.origin import check_origin, check_poster
from bot.payloads.schemas import (
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
    """A choice from a card's menu. `value` is that of the card's Approve button, which names the order."""

    choice: MenuChoice
    value: ButtonValue
    user: SlackId
    channel: SlackId
    message_ts: Timestamp
    trigger_id: TriggerId
    response_url: ResponseUrl | None


class _Overflow(Schema):
    type: Literal["overflow"]
    action_id: Literal[ActionId.MORE]
    selected_option: Option


class _ApproveButton(Schema):
    type: Literal["button"]
    action_id: Literal[ActionId.APPROVE]
    value: Annotated[str, Field(max_length=2000)]


class _MenuActions(MessageActions):
    actions: Annotated[tuple[_Overflow, ...], Field(min_length=1, max_length=1)]
    message: CardMessage
    trigger_id: TriggerId


def parse_menu_click(body: object, identity: Identity | None = None) -> MenuClick:
    """Read the choice. Raises PayloadRefused."""
    payload = read(_MenuActions, body)
    check_origin(payload, identity)
    check_poster(payload.message.bot_id, identity)
    chosen = payload.actions[0].selected_option.value
    if chosen not in set(MenuChoice):
        raise PayloadRefused("not an option of the menu")
    return MenuClick(
        choice=MenuChoice(chosen),
        value=_approve_value(payload.message),
        user=payload.user.id,
        channel=payload.container.channel_id,
        message_ts=payload.container.message_ts,
        trigger_id=payload.trigger_id,
        response_url=payload.response_url,
    )


def _approve_value(message: CardMessage) -> ButtonValue:
    # A menu option holds 150 characters, too few for a ButtonValue, so the Approve button is read instead.
    buttons = [each for each in message.elements if each.get("action_id") == ActionId.APPROVE]
    if len(buttons) != 1:
        raise PayloadRefused(f"a card with {len(buttons)} Approve buttons")
    return read_json(ButtonValue, read(_ApproveButton, buttons[0]).value, "the Approve button's value")
