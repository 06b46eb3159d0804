"""Handles the menu of cards and the Answer button of questions, which open modals or show the history."""

import structlog
from slack_bolt.async_app import AsyncApp

from bot.database import DatabaseUnavailable, ask_database
from bot.dependencies import Dependencies
from bot.ids import ActionId, MenuChoice
from bot.listeners.acknowledge import Body, acknowledge_first
from bot.listeners.refusals import refuse
from bot.payloads.block_actions.answer_click import AnswerClick, parse_answer_click
from bot.payloads.block_actions.card_menu import MenuClick, parse_menu_click
from bot.payloads.schemas import PayloadRefused
from bot.payloads.view_submissions.private_metadata import (
    AnswerModalMetadata,
    CardModalMetadata,
    storable_response_url,
)
from bot.views.card_modals import answer_modal, card_modal, failure_sentence
from bot.views.history import history
from bot.views.sentences.decisions import ALTERED_BUTTON, DATABASE_AWAY, SOMETHING_BROKE
from bot.web_api.ephemeral_messages import EphemeralMessages
from bot.web_api.open_modal import open_modal


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Register the listeners of the menu and of the Answer button."""
    listener = CardMenuListener(deps)
    app.action(ActionId.MORE.value)(acknowledge_first(listener.on_choice, deps.in_flight))
    app.action(ActionId.ANSWER.value)(acknowledge_first(listener.on_answer, deps.in_flight))


class CardMenuListener:
    """Opens the modal, or shows the history, that the user asked for. Failures are shown to the user."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self._ephemeral = EphemeralMessages(deps.slack)

    async def on_choice(self, body: Body) -> None:
        """Handle a choice from the menu."""
        try:
            click = parse_menu_click(body, self._deps.identity)
        except PayloadRefused as refused:
            await refuse(self._ephemeral, body, refused, ALTERED_BUTTON)
            return
        with structlog.contextvars.bound_contextvars(order_id=click.value.order_id):
            if click.choice is MenuChoice.HISTORY:
                await self._show_history(click)
            else:
                await self._open(click, card_modal(_metadata(click)))

    async def on_answer(self, body: Body) -> None:
        """Open the modal for the answer to a question."""
        try:
            click = parse_answer_click(body, self._deps.identity)
        except PayloadRefused as refused:
            await refuse(self._ephemeral, body, refused, ALTERED_BUTTON)
            return
        metadata = AnswerModalMetadata(
            value=click.value,
            channel=click.channel,
            response_url=storable_response_url(click.response_url),
        )
        with structlog.contextvars.bound_contextvars(order_id=click.value.order_id):
            await self._open(click, answer_modal(metadata))

    async def _open(self, click: MenuClick | AnswerClick, view: dict[str, object]) -> None:
        try:
            failure = await open_modal(self._deps.slack, click.trigger_id, view)
        except Exception:
            await self._tell(click, SOMETHING_BROKE)
            raise
        if failure is not None:
            await self._tell(click, failure_sentence(failure, "click again"))

    async def _show_history(self, click: MenuClick) -> None:
        order_id = click.value.order_id
        try:
            events = await ask_database(self._deps.reader.history(order_id))
        except DatabaseUnavailable:
            await self._tell(click, DATABASE_AWAY)
            return
        await self._ephemeral.send(click.user, click.channel, history(order_id, events), click.response_url)

    async def _tell(self, click: MenuClick | AnswerClick, sentence: str) -> None:
        await self._ephemeral.send_text(click.user, click.channel, sentence, click.response_url)


def _metadata(click: MenuClick) -> CardModalMetadata:
    return CardModalMetadata.model_validate(
        {
            "kind": click.choice,
            "value": click.value,
            "channel": click.channel,
            "message_ts": click.message_ts,
            "response_url": storable_response_url(click.response_url),
        }
    )
