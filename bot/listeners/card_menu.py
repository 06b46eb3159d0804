"""The menu of a card: it opens modals, and shows the history."""

import structlog
from slack_bolt.async_app import AsyncApp

from bot.dependencies import Body, Dependencies, acked
from bot.ids import ActionId, MenuChoice
from bot.payloads.card_menu import AnswerClick, MenuClick, parse_answer_click, parse_menu
from bot.payloads.messages import where_to_answer
from bot.payloads.private_metadata import AnswerForm, CardForm, kept
from bot.payloads.schemas import PayloadRefused
from bot.views.blocks.text import Message
from bot.views.card_forms import answer_form, card_form
from bot.views.history import history
from bot.views.sentences.decisions import ALTERED_BUTTON, DATABASE_AWAY, SOMETHING_BROKE
from bot.web_api.open_modal import open_modal
from bot.web_api.responses import Responses

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, deps: Dependencies) -> None:
    """The menu, and the button that answers a question."""
    menu = CardMenuListener(deps)
    app.action(ActionId.MORE.value)(acked(menu.chosen, deps.in_flight))
    app.action(ActionId.ANSWER.value)(acked(menu.answer, deps.in_flight))


class CardMenuListener:
    """Whatever goes wrong is told to the one who clicked."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self._answers = Responses(deps.slack)

    async def chosen(self, body: Body) -> None:
        """Do what was chosen from the menu."""
        try:
            click = parse_menu(body, self._deps.identity)
        except PayloadRefused as refused:
            await self._refuse(body, refused)
            return
        with structlog.contextvars.bound_contextvars(order_id=click.value.order_id):
            if click.choice is MenuChoice.HISTORY:
                await self._history(click)
            else:
                await self._open(click, card_form(_form(click, click.choice)))

    async def answer(self, body: Body) -> None:
        """Open the modal that takes the answer to a question."""
        try:
            click = parse_answer_click(body, self._deps.identity)
        except PayloadRefused as refused:
            await self._refuse(body, refused)
            return
        form = AnswerForm(value=click.value, channel=click.channel, response_url=kept(click.response_url))
        await self._open(click, answer_form(form))

    async def _open(self, click: MenuClick | AnswerClick, view: dict[str, object]) -> None:
        try:
            problem = await open_modal(self._deps.slack, click.trigger_id, view)
        except Exception:
            await self._tell(click, SOMETHING_BROKE)
            raise
        if problem is not None:
            await self._tell(click, problem)

    async def _history(self, click: MenuClick) -> None:
        order_id = click.value.order_id
        try:
            events = await self._deps.reader.history(order_id)
        except Exception:
            # Whatever a database raises: the one who asked is told.
            log.exception("the database did not answer")
            await self._tell(click, DATABASE_AWAY)
            return
        await self._answers.show(click.user, click.channel, history(order_id, events), click.response_url)

    async def _tell(self, click: MenuClick | AnswerClick, sentence: str) -> None:
        await self._answers.tell(click.user, click.channel, sentence, click.response_url)

    async def _refuse(self, body: Body, refused: PayloadRefused) -> None:
        log.warning("refused a click", problem=str(refused))
        if url := where_to_answer(body):
            await self._answers.respond(url, Message(text=ALTERED_BUTTON))


def _form(click: MenuClick, kind: MenuChoice) -> CardForm:
    return CardForm.model_validate(
        {
            "kind": kind,
            "value": click.value,
            "channel": click.channel,
            "message_ts": click.message_ts,
            "response_url": kept(click.response_url),
        }
    )
