"""Asking for information: questions of those who decide, answers of whoever asked for the order. Pure."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from orchestration.domain import accounts, timing
from orchestration.domain.amendment import AmendRequest
from orchestration.domain.decision import Actor, ActorKind, DecisionId, Verdict, VerdictKind, Way
from orchestration.domain.gate import Answer, Gate, Question
from orchestration.domain.order import Text

MAX_QUESTIONS = 50
"""For one order; the gate carries them along."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class InformationRequest(_Model):
    """The body of the signal `request_information`; `question_id` is unique for each question."""

    question_id: DecisionId
    actor: Actor
    way: Way
    asked_at: AwareDatetime
    text: Text


class InformationAnswer(_Model):
    """The body of the signal `give_information`."""

    answer_id: DecisionId
    question_id: DecisionId
    actor: Actor
    way: Way
    answered_at: AwareDatetime
    text: Text


class TalkKind(StrEnum):
    """A question or its answer; or what was wanted of an amendment that was refused."""

    QUESTION = "question"
    ANSWER = "answer"
    AMENDMENT = "amendment"


class Talk(_Model):
    """What somebody said, with the verdict, as the audit log keeps it."""

    kind: TalkKind
    talk_id: str
    question_id: str
    by: Actor
    way: Way
    text: str
    verdict: Verdict


def ask(gate: Gate, request: InformationRequest, now: datetime) -> tuple[Gate, Verdict]:
    """Take a question of somebody who may decide. The clock stops where the tier says so."""

    def verdict(kind: VerdictKind) -> Verdict:
        return Verdict(decision_id=request.question_id, kind=kind, at=now, outcome=gate.outcome)

    bench = gate.bench
    if gate.outcome is not None:
        return gate, verdict(VerdictKind.ALREADY_OVER)
    if bench is None:
        return gate, verdict(VerdictKind.NOT_WAITING)
    actor = request.actor
    if (refusal := accounts.refusal(actor, own=False)) is not None:
        return gate, verdict(refusal)
    is_operator = actor.kind is ActorKind.OPERATOR or actor.id in bench.tier.operators
    if not (is_operator or bench.memberships(actor)):
        return gate, verdict(VerdictKind.NOT_AN_APPROVER)
    if len(gate.questions) >= MAX_QUESTIONS:
        return gate, verdict(VerdictKind.TOO_MANY)
    question = Question(question_id=request.question_id, by=actor, at=now, text=request.text)
    return timing.ask(gate, question), verdict(VerdictKind.RECORDED)


def answer(gate: Gate, given: InformationAnswer, now: datetime) -> tuple[Gate, Verdict]:
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
    return timing.answer(gate, given.question_id, said), verdict(VerdictKind.RECORDED)


def talk_of(said: InformationRequest | InformationAnswer, verdict: Verdict) -> Talk:
    """What the audit log keeps of a question or an answer."""
    is_question = isinstance(said, InformationRequest)
    return Talk(
        kind=TalkKind.QUESTION if is_question else TalkKind.ANSWER,
        talk_id=said.question_id if isinstance(said, InformationRequest) else said.answer_id,
        question_id=said.question_id,
        by=said.actor,
        way=said.way,
        text=said.text,
        verdict=verdict,
    )


def refused_amendment(request: AmendRequest, verdict: Verdict) -> Talk:
    """What the audit log keeps of an amendment that was refused."""
    wanted = request.model_dump_json(include={"lines", "ship_to", "note"}, exclude_none=True)
    return Talk(
        kind=TalkKind.AMENDMENT,
        talk_id=request.amend_id,
        question_id=request.amend_id,
        by=request.actor,
        way=request.way,
        text=wanted,
        verdict=verdict,
    )
