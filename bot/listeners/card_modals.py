"""Handles the submitted modals of cards and questions: decisions, questions and answers."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncApp

from bot.delivery.decisions import DecisionDelivery
from bot.delivery.forged_decisions import ForgedDecisionAudit
from bot.delivery.requests import RequestDelivery
from bot.dependencies import Dependencies
from bot.ids import CallbackId
from bot.listeners.acknowledge import Body, acknowledge_submission
from bot.payloads.decision import ForgedDecision, SlackDecision
from bot.payloads.view_submissions.decision import parse_decision_submission
from bot.payloads.view_submissions.question import (
    AnswerSubmission,
    QuestionSubmission,
    parse_answer_submission,
    parse_question_submission,
)
from bot.users.actors import ActorLookup
from bot.web_api.ephemeral_messages import EphemeralMessages
from orchestration.domain.actor import Surface
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest, RequestKind


def register(app: AsyncApp, deps: Dependencies, delivery: DecisionDelivery, actors: ActorLookup) -> None:
    """Register a listener for each modal."""
    listener = CardModalListener(deps, actors)
    for callback in (CallbackId.APPROVE, CallbackId.CANCEL, CallbackId.OVERRIDE):
        app.view(callback.value)(
            acknowledge_submission(listener.read_decision, delivery.deliver, deps.in_flight)
        )
    app.view(CallbackId.ASK.value)(
        acknowledge_submission(listener.read_question, listener.ask, deps.in_flight)
    )
    app.view(CallbackId.ANSWER.value)(
        acknowledge_submission(listener.read_answer, listener.answer, deps.in_flight)
    )


class CardModalListener:
    """Reads submitted modals, and has the questions and answers in them delivered."""

    def __init__(self, deps: Dependencies, actors: ActorLookup) -> None:
        self._deps = deps
        self._actors = actors
        self._forgeries = ForgedDecisionAudit(deps)
        self._ephemeral = EphemeralMessages(deps.slack)
        self._delivery = RequestDelivery(deps)

    async def read_decision(self, body: Body) -> SlackDecision:
        """Read a decision. Raises PayloadRefused and FieldErrors."""
        try:
            return parse_decision_submission(body, self._deps.identity, datetime.now(UTC))
        except ForgedDecision as forged:
            await self._forgeries.record(forged)
            raise

    async def read_question(self, body: Body) -> QuestionSubmission:
        """Read a question. Raises PayloadRefused and FieldErrors."""
        return parse_question_submission(body, self._deps.identity, datetime.now(UTC))

    async def read_answer(self, body: Body) -> AnswerSubmission:
        """Read an answer. Raises PayloadRefused and FieldErrors."""
        return parse_answer_submission(body, self._deps.identity, datetime.now(UTC))

    async def ask(self, question: QuestionSubmission) -> None:
        """Deliver a question and tell the user the result."""
        metadata = question.metadata
        gate = metadata.value

        async def send() -> None:
            request = QuestionRequest(
                question_id=question.request_id,
                actor=await self._actors.approver(question.user, gate.groups, question.at),
                surface=Surface.MODAL,
                asked_at=question.at,
                text=question.text,
            )
            await self._deps.orders.send_question(gate.order_id, request, gate.subject)

        result = await self._delivery.deliver(RequestKind.QUESTION, gate, question.request_id, send)
        await self._ephemeral.send_text(question.user, metadata.channel, result, metadata.response_url)

    async def answer(self, answer: AnswerSubmission) -> None:
        """Deliver an answer and tell the user the result."""
        metadata = answer.metadata
        gate = metadata.value
        request = AnswerRequest(
            answer_id=answer.request_id,
            question_id=gate.question_id,
            actor=await self._actors.requester(answer.user),
            surface=Surface.MODAL,
            answered_at=answer.at,
            text=answer.text,
        )
        result = await self._delivery.deliver(
            RequestKind.ANSWER,
            gate,
            answer.request_id,
            lambda: self._deps.orders.send_answer(gate.order_id, request, gate.subject),
        )
        await self._ephemeral.send_text(answer.user, metadata.channel, result, metadata.response_url)
