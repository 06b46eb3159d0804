"""Reads a click on the Approve or Cancel button of a card."""

import hashlib

from bot.ids import ActionId, ButtonValue
from bot.payloads.decision import ForgedDecision, SlackDecision
from bot.payloads.origin import check_message, check_origin, check_poster
from bot.payloads.schemas import (
    Button,
    ButtonActions,
    CardMessage,
    MessageActions,
    PayloadRefused,
    read,
    read_json,
    time_of,
)
from bot.web_api.identity import Identity
from orchestration.domain.approval.decision import DecisionKind

_DECISIONS = {ActionId.APPROVE: DecisionKind.APPROVE, ActionId.CANCEL: DecisionKind.CANCEL}


def parse_decision_click(body: object, identity: Identity | None = None) -> SlackDecision:
    """Read the click. Raises PayloadRefused, or ForgedDecision where the payload names an order.

    `identity` is the bot's own; None skips the checks of the payload's origin.
    """
    payload = read(ButtonActions, body)
    button = payload.actions[0]
    kind = _DECISIONS.get(button.action_id)
    if kind is None:
        raise PayloadRefused(f"{button.action_id} decides nothing")
    decision = SlackDecision(
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
        check_origin(payload, identity)
        check_poster(message.bot_id, identity)
        check_message(decision.value, message)
    except PayloadRefused as refused:
        raise ForgedDecision(str(refused), decision) from None
    return decision


def _decision_id(payload: MessageActions, button: Button) -> str:
    # Hashes only what identifies the click, so that a payload that Slack delivers twice gets the same id.
    parts = (
        payload.user.id,
        payload.container.channel_id,
        payload.container.message_ts,
        button.action_id,
        button.action_ts,
    )
    return "slack-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
