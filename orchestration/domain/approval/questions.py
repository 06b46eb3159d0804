"""Questions of approvers and answers of the requester: their models, and the rules that judge them."""

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
"""For one order. Every question stays in the workflow's state, so their number is limited."""


class QuestionRequest(FrozenModel):
    """Input of the signal `ask_question`; `question_id` is unique for each question."""

    question_id: DecisionId
    actor: Actor
    surface: Surface
    asked_at: AwareDatetime
    text: Text


class AnswerRequest(FrozenModel):
    """Input of the signal `answer_question`."""

    answer_id: DecisionId
    question_id: DecisionId
    actor: Actor
    surface: Surface
    answered_at: AwareDatetime
    text: Text


class RequestKind(StrEnum):
    """What a judged request was: a question, an answer, or an amendment that was refused."""

    QUESTION = "question"
    ANSWER = "answer"
    AMENDMENT = "amendment"


class JudgedRequest(FrozenModel):
    """A question, an answer or a refused amendment with its verdict, as stored in the audit log."""

    kind: RequestKind
    request_id: str
    question_id: str
    by: Actor
    surface: Surface
    text: str
    verdict: Verdict


def ask(gate: Gate, request: QuestionRequest, now: datetime) -> tuple[Gate, Verdict]:
    """Judge a question and store it in the gate if the actor may decide; the tier may pause the clock."""

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
    return timers.add_question(gate, question), verdict(VerdictKind.RECORDED)


def answer(gate: Gate, request: AnswerRequest, now: datetime) -> tuple[Gate, Verdict]:
    """Judge the requester's answer and store it; the answer to the last open question resumes the clock."""

    def verdict(kind: VerdictKind) -> Verdict:
        return Verdict(decision_id=request.answer_id, kind=kind, at=now, outcome=gate.outcome)

    if gate.outcome is not None:
        return gate, verdict(VerdictKind.ALREADY_OVER)
    question = next((each for each in gate.questions if each.question_id == request.question_id), None)
    if question is None:
        return gate, verdict(VerdictKind.NOT_WAITING)
    if request.actor.id != gate.requester and request.actor.kind is not ActorKind.OPERATOR:
        return gate, verdict(VerdictKind.NOT_THE_REQUESTER)
    if (refusal := accounts.refusal(request.actor, own=True)) is not None:
        return gate, verdict(refusal)
    if question.answer is not None:
        return gate, verdict(VerdictKind.ALREADY_ANSWERED)
    answered = Answer(by=request.actor, at=now, text=request.text)
    return timers.add_answer(gate, request.question_id, answered), verdict(VerdictKind.RECORDED)


def judged_request(request: QuestionRequest | AnswerRequest, verdict: Verdict) -> JudgedRequest:
    """Return the question or the answer as the audit log stores it."""
    is_question = isinstance(request, QuestionRequest)
    return JudgedRequest(
        kind=RequestKind.QUESTION if is_question else RequestKind.ANSWER,
        request_id=request.question_id if isinstance(request, QuestionRequest) else request.answer_id,
        question_id=request.question_id,
        by=request.actor,
        surface=request.surface,
        text=request.text,
        verdict=verdict,
    )
