"""Submitted modals: decisions, questions, answers."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp

from bot.dependencies import Body, Dependencies
from bot.ids import CallbackId
from bot.listeners.actors import ActorLookup
from bot.listeners.decisions import Decisions
from bot.listeners.forged_decisions import ForgedDecisions
from bot.listeners.requests import Requests
from bot.listeners.view_submission import submitted
from bot.payloads.messages import Click, Forged
from bot.payloads.view_submissions import (
    AnswerSubmission,
    QuestionSubmission,
    parse_answer,
    parse_decision,
    parse_question,
)
from bot.web_api.responses import Responses
from orchestration.domain.actor import Surface
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest, RequestKind


def register(app: AsyncApp, deps: Dependencies, clicks: Decisions, actors: ActorLookup) -> None:
    """Every modal that belongs to a card or to a question."""
    modals = ModalListener(deps, actors)
    for callback in (CallbackId.APPROVE, CallbackId.CANCEL, CallbackId.OVERRIDE):
        app.view(callback.value)(submitted(modals.decision, clicks.carry_out, deps.in_flight))
    app.view(CallbackId.ASK.value)(submitted(modals.question, modals.ask, deps.in_flight))
    app.view(CallbackId.ANSWER.value)(submitted(modals.answer, modals.give, deps.in_flight))


class ModalListener:
    """Reads what was submitted now; a decision goes on as a click does."""

    def __init__(self, deps: Dependencies, actors: ActorLookup) -> None:
        self._deps = deps
        self._actors = actors
        self._forgeries = ForgedDecisions(deps)
        self._answers = Responses(deps.slack)
        self._talking = Requests(deps)

    async def decision(self, body: Body) -> Click:
        """Read a decision."""
        try:
            return parse_decision(body, self._deps.identity, datetime.now(UTC))
        except Forged as forged:
            await self._forgeries.audit(forged)
            raise

    async def question(self, body: Body) -> QuestionSubmission:
        """Read a question."""
        return parse_question(body, self._deps.identity, datetime.now(UTC))

    async def answer(self, body: Body) -> AnswerSubmission:
        """Read an answer."""
        return parse_answer(body, self._deps.identity, datetime.now(UTC))

    async def ask(self, words: QuestionSubmission) -> None:
        """Hand a question to the workflow."""
        form = words.form

        async def send() -> None:
            request = QuestionRequest(
                question_id=words.request_id,
                actor=await self._actors.actor(words.user, form.value.groups, words.at),
                surface=Surface.MODAL,
                asked_at=words.at,
                text=words.text,
            )
            await self._deps.orders.send_question(form.value.order_id, request, form.value.subject)

        said = await self._talking.carry_out(RequestKind.QUESTION, form.value, words.request_id, send)
        await self._answers.tell(words.user, form.channel, said, form.response_url)

    async def give(self, words: AnswerSubmission) -> None:
        """Hand an answer to the workflow."""
        form = words.form
        given = AnswerRequest(
            answer_id=words.request_id,
            question_id=form.value.question_id,
            actor=await self._actors.asker(words.user),
            surface=Surface.MODAL,
            answered_at=words.at,
            text=words.text,
        )
        said = await self._talking.carry_out(
            RequestKind.ANSWER,
            form.value,
            words.request_id,
            lambda: self._deps.orders.send_answer(form.value.order_id, given, form.value.subject),
        )
        await self._answers.tell(words.user, form.channel, said, form.response_url)
