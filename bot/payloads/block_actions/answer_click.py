"""Reads a click on the Answer button in the direct message that carries a question."""

from bot.ids import ActionId, AnswerValue
from bot.payloads.origin import check_origin, check_poster
from bot.payloads.schemas import (
    ButtonActions,
    PayloadRefused,
    ResponseUrl,
    Schema,
    SlackId,
    TriggerId,
    read,
    read_json,
)
from bot.web_api.identity import Identity


class AnswerClick(Schema):
    """A request for the modal in which a question is answered."""

    value: AnswerValue
    user: SlackId
    channel: SlackId
    trigger_id: TriggerId
    response_url: ResponseUrl | None


class _AnswerActions(ButtonActions):
    trigger_id: TriggerId


def parse_answer_click(body: object, identity: Identity | None = None) -> AnswerClick:
    """Read the click. Raises PayloadRefused."""
    payload = read(_AnswerActions, body)
    check_origin(payload, identity)
    check_poster(payload.message.bot_id if payload.message else None, identity)
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
