"""Submitted modals: decisions, questions, answers."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp

from bot.actors import Actors
from bot.answers import Answers
from bot.deps import Body, Deps
from bot.forgeries import Forgeries
from bot.form_payloads import Answering, Asking, parse_answer, parse_decision, parse_question
from bot.ids import CallbackId
from bot.listeners.actions import Clicks
from bot.listeners.forms import submitted
from bot.payloads import Click, Forged
from bot.talking import Talking
from orchestration.domain.decision import Way
from orchestration.domain.information import InformationAnswer, InformationRequest, TalkKind


def register(app: AsyncApp, deps: Deps, clicks: Clicks, actors: Actors) -> None:
    """Every modal that belongs to a card or to a question."""
    modals = Modals(deps, actors)
    for callback in (CallbackId.APPROVE, CallbackId.CANCEL, CallbackId.OVERRIDE):
        app.view(callback.value)(submitted(modals.decision, clicks.carry_out, deps.in_flight))
    app.view(CallbackId.ASK.value)(submitted(modals.question, modals.ask, deps.in_flight))
    app.view(CallbackId.ANSWER.value)(submitted(modals.answer, modals.give, deps.in_flight))


class Modals:
    """Reads what was submitted now; a decision goes on as a click does."""

    def __init__(self, deps: Deps, actors: Actors) -> None:
        self._deps = deps
        self._actors = actors
        self._forgeries = Forgeries(deps)
        self._answers = Answers(deps.slack)
        self._talking = Talking(deps)

    async def decision(self, body: Body) -> Click:
        """Read a decision."""
        try:
            return parse_decision(body, self._deps.identity, datetime.now(UTC))
        except Forged as forged:
            await self._forgeries.audit(forged)
            raise

    async def question(self, body: Body) -> Asking:
        """Read a question."""
        return parse_question(body, self._deps.identity, datetime.now(UTC))

    async def answer(self, body: Body) -> Answering:
        """Read an answer."""
        return parse_answer(body, self._deps.identity, datetime.now(UTC))

    async def ask(self, words: Asking) -> None:
        """Hand a question to the workflow."""
        form = words.form

        async def send() -> None:
            request = InformationRequest(
                question_id=words.request_id,
                actor=await self._actors.actor(words.user, form.value.groups, words.at),
                way=Way.MODAL,
                asked_at=words.at,
                text=words.text,
            )
            await self._deps.orders.ask(form.value.order_id, request, form.value.subject)

        said = await self._talking.carry_out(TalkKind.QUESTION, form.value, words.request_id, send)
        await self._answers.tell(words.user, form.channel, said, form.response_url)

    async def give(self, words: Answering) -> None:
        """Hand an answer to the workflow."""
        form = words.form
        given = InformationAnswer(
            answer_id=words.request_id,
            question_id=form.value.question_id,
            actor=await self._actors.asker(words.user),
            way=Way.MODAL,
            answered_at=words.at,
            text=words.text,
        )
        said = await self._talking.carry_out(
            TalkKind.ANSWER,
            form.value,
            words.request_id,
            lambda: self._deps.orders.answer(form.value.order_id, given, form.value.subject),
        )
        await self._answers.tell(words.user, form.channel, said, form.response_url)
