"""Asking for information: questions of those who decide, answers of whoever asked for the order. Pure."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval import accounts, timers
from orchestration.domain.approval.decision import DecisionId
from orchestration.domain.approval.gate import Answer, Gate, Question
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.fields import Text
from orchestration.domain.model import FrozenModel

MAX_QUESTIONS = 50
"""For one order; the gate carries them along."""


class QuestionRequest(FrozenModel):
    """The body of the signal `ask_question`; `question_id` is unique for each question."""

    question_id: DecisionId
    actor: Actor
    surface: Surface
    asked_at: AwareDatetime
    text: Text


class AnswerRequest(FrozenModel):
    """The body of the signal `answer_question`."""

    answer_id: DecisionId
    question_id: DecisionId
    actor: Actor
    surface: Surface
    answered_at: AwareDatetime
    text: Text


class RequestKind(StrEnum):
    """A question or its answer; or what was wanted of an amendment that was refused."""

    QUESTION = "question"
    ANSWER = "answer"
    AMENDMENT = "amendment"


class JudgedRequest(FrozenModel):
    """What somebody said, with the verdict, as the audit log keeps it."""

    kind: RequestKind
    request_id: str
    question_id: str
    by: Actor
    surface: Surface
    text: str
    verdict: Verdict


def ask(gate: Gate, request: QuestionRequest, now: datetime) -> tuple[Gate, Verdict]:
    """Take a question of somebody who may decide. The clock stops where the tier says so."""

    def verdict(kind: VerdictKind) -> Verdict:
        return Verdict(decision_id=request.question_id, kind=kind, at=now, outcome=gate.outcome)

    eligibility = gate.eligibility
    if gate.outcome is not None:
        return gate, verdict(VerdictKind.ALREADY_OVER)
    if eligibility is None:
        return gate, verdict(VerdictKind.NOT_WAITING)
    actor = request.actor
    if (refusal := accounts.refusal(actor, own=False)) is not None:
        return gate, verdict(refusal)
    is_operator = actor.kind is ActorKind.OPERATOR or actor.id in eligibility.tier.operators
    if not (is_operator or eligibility.unrestricted_candidates(actor)):
        return gate, verdict(VerdictKind.NOT_AN_APPROVER)
    if len(gate.questions) >= MAX_QUESTIONS:
        return gate, verdict(VerdictKind.TOO_MANY)
    question = Question(question_id=request.question_id, by=actor, at=now, text=request.text)
    return timers.ask(gate, question), verdict(VerdictKind.RECORDED)


def answer(gate: Gate, given: AnswerRequest, now: datetime) -> tuple[Gate, Verdict]:
    """Take the requester's answer. With the last one that is missing the clock goes on."""

    def verdict(kind: VerdictKind) -> Verdict:
        return Verdict(decision_id=given.answer_id, kind=kind, at=now, outcome=gate.outcome)

    if gate.outcome is not None:
        return gate, verdict(VerdictKind.ALREADY_OVER)
    question = next((each for each in gate.questions if each.question_id == given.question_id), None)
    if question is None:
        return gate, verdict(VerdictKind.NOT_WAITING)
    if given.actor.id != gate.requester and given.actor.kind is not ActorKind.OPERATOR:
        return gate, verdict(VerdictKind.NOT_THE_REQUESTER)
    if (refusal := accounts.refusal(given.actor, own=True)) is not None:
        return gate, verdict(refusal)
    if question.answer is not None:
        return gate, verdict(VerdictKind.ALREADY_ANSWERED)
    said = Answer(by=given.actor, at=now, text=given.text)
    return timers.answer(gate, given.question_id, said), verdict(VerdictKind.RECORDED)


def judged_request(said: QuestionRequest | AnswerRequest, verdict: Verdict) -> JudgedRequest:
    """What the audit log keeps of a question or an answer."""
    is_question = isinstance(said, QuestionRequest)
    return JudgedRequest(
        kind=RequestKind.QUESTION if is_question else RequestKind.ANSWER,
        request_id=said.question_id if isinstance(said, QuestionRequest) else said.answer_id,
        question_id=said.question_id,
        by=said.actor,
        surface=said.surface,
        text=said.text,
        verdict=verdict,
    )
