"""What an order's workflow remembers: its case, the verdicts it gave, and what is not stored yet."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from orchestration.contracts import Journal, ResolvedPolicy
from orchestration.domain import approval, information, timing
from orchestration.domain import case as cases
from orchestration.domain.amendment import AmendRequest
from orchestration.domain.case import Case, StatusChange
from orchestration.domain.decision import (
    SYSTEM,
    Decision,
    DecisionKind,
    DecisionRequest,
    JudgedDecision,
    Verdict,
    VerdictKind,
    Way,
)
from orchestration.domain.gate import Gate
from orchestration.domain.information import (
    InformationAnswer,
    InformationRequest,
    Talk,
    refused_amendment,
    talk_of,
)
from orchestration.domain.notice import Notice, NoticeKind
from orchestration.domain.order import Order, OrderStatus
from orchestration.domain.view import PaymentState
from orchestration.workflows.carried import Carried

T = TypeVar("T")


class CaseFile:
    """State only: no clock, no activity. Handlers and the story both change it."""

    def __init__(self, order_id: str, on_status: Callable[[OrderStatus], None]) -> None:
        self.order_id = order_id
        self._on_status = on_status
        self.case = Case(gate=Gate(requester=""))
        self.verdicts: dict[str, Verdict] = {}
        self.version = 1
        """Grows with every change that somebody could see."""
        self.order: Order | None = None
        self.payment = PaymentState.NONE
        self.tracking: str | None = None
        self._changes: tuple[StatusChange, ...] = ()
        self._judged: tuple[JudgedDecision, ...] = ()
        self._notices: tuple[Notice, ...] = ()
        self._talks: tuple[Talk, ...] = ()

    @property
    def status(self) -> OrderStatus:
        """Where the order stands."""
        return self.case.status

    def restore(self, carried: Carried) -> None:
        """Take up what an earlier run remembered."""
        self.order, self.case, self.version = carried.order, carried.case, carried.version
        self.verdicts = {verdict.decision_id: verdict for verdict in carried.verdicts}
        unstored = carried.unstored
        self._changes, self._judged = unstored.changes, unstored.judged
        self._notices, self._talks = unstored.notices, unstored.talks

    def receive(self, order: Order) -> None:
        """Learn what the order is; only now is it known whose it is."""
        self.order = order
        self.replace_gate(self.case.gate.model_copy(update={"requester": order.requester}))
        self.version += 1

    def replace_gate(self, gate: Gate) -> None:
        """Open or end the gate."""
        self.case = self.case.model_copy(update={"gate": gate})
        self.version += 1

    def advance(
        self, to: OrderStatus, at: datetime, reason: str | None = None, *, stored: bool = False
    ) -> None:
        """Take a step. `stored`: the activity that took it has stored it already."""
        self.case = cases.advance(self.case, to, at, reason)
        self.version += 1
        if not stored:
            self._changes = (*self._changes, self.case.changes[-1])
        self._on_status(to)

    def decide(self, decision: Decision, now: datetime) -> None:
        """Judge a decision, once for each decision id."""
        if decision.decision_id in self.verdicts:
            return
        self._judge(decision, now)

    def refuse_malformed(
        self, kind: DecisionKind, decision_id: str, error: ValidationError, now: datetime
    ) -> None:
        """Keep the order alive, and the audit log complete, when a signal's body makes no sense."""
        fields = ", ".join(sorted({".".join(map(str, each["loc"])) or "body" for each in error.errors()}))
        request = DecisionRequest(
            decision_id=decision_id,
            actor=SYSTEM,
            way=Way.TEMPORAL,
            decided_at=now,
            note=f"malformed signal; wrong: {fields}"[:1000],
        )
        decision = Decision(kind=kind, **dict(request))
        verdict = Verdict(decision_id=decision_id, kind=VerdictKind.MALFORMED, at=now)
        self._give(JudgedDecision(decision=decision, verdict=verdict))

    def release_held(self, now: datetime) -> None:
        """Judge again, in their order, the decisions that came before the gate opened."""
        self.case, held = cases.release_held(self.case)
        for decision in held:
            self._judge(decision, now)

    def tick(self, now: datetime) -> None:
        """Let happen what is due: reminders, escalations, the end of the wait."""
        self._replace(cases.tick(self.case, now))

    def ask(self, request: InformationRequest, now: datetime) -> None:
        """Take a question, once for each question id."""
        if request.question_id not in self.verdicts:
            gate, verdict = information.ask(self.case.gate, request, now)
            self._talk(gate, talk_of(request, verdict), NoticeKind.QUESTION)

    def answer(self, given: InformationAnswer, now: datetime) -> None:
        """Take an answer, once for each answer id."""
        if given.answer_id not in self.verdicts:
            gate, verdict = information.answer(self.case.gate, given, now)
            self._talk(gate, talk_of(given, verdict), NoticeKind.ANSWER)

    def hold(self, amend_id: str, now: datetime) -> None:
        """Say that an amendment is being validated."""
        self.verdicts[amend_id] = Verdict(decision_id=amend_id, kind=VerdictKind.HELD, at=now)

    def refuse_amendment(self, request: AmendRequest, verdict: Verdict) -> None:
        """Keep the order as it is, and the refusal in the audit log."""
        self.verdicts[verdict.decision_id] = verdict
        self._talks = (*self._talks, refused_amendment(request, verdict))

    def amend(
        self,
        request: AmendRequest,
        order: Order,
        resolved: ResolvedPolicy,
        closes_before: datetime | None,
        now: datetime,
    ) -> tuple[str, ...]:
        """Become this order under a new revision, and return whose approvals are void."""
        gate = self.case.gate
        voided = tuple(each.actor.id for each in gate.approvals)
        gate = gate.model_copy(update={"revision": gate.revision + 1})
        if resolved.tier is None:
            gate = approval.approve_automatically(gate, now)
        else:
            gate = timing.open_gate(
                gate,
                resolved.tier,
                resolved.resolved_at,
                resolved.deadline,
                barred=resolved.barred,
                closes_before=closes_before,
            )
        self.order = order
        notice = Notice(kind=NoticeKind.AMENDMENT, number=gate.revision, at=now)
        self.case = self.case.model_copy(update={"gate": gate, "notices": (*self.case.notices, notice)})
        self.verdicts[request.amend_id] = Verdict(
            decision_id=request.amend_id, kind=VerdictKind.RECORDED, at=now
        )
        self.version += 1
        return voided

    def told(self, notices: tuple[Notice, ...]) -> None:
        """Forget what people have been told."""
        rest = tuple(notice for notice in self.case.notices if notice not in notices)
        self.case = self.case.model_copy(update={"notices": rest})

    def settle_cancel(self, *, stopped: bool, now: datetime) -> None:
        """Say what shipping answered to a cancel."""
        self.case, judged = cases.settle_cancel(self.case, stopped, now)
        if judged is not None:
            self._give(judged)

    def _talk(self, gate: Gate, talk: Talk, kind: NoticeKind) -> None:
        self.verdicts[talk.talk_id] = talk.verdict
        self._talks = (*self._talks, talk)
        if not talk.verdict.kind.is_accepted:
            return
        ids = [each.question_id for each in gate.questions]
        notice = Notice(kind=kind, number=ids.index(talk.question_id) + 1, at=talk.verdict.at)
        self.case = self.case.model_copy(update={"gate": gate, "notices": (*self.case.notices, notice)})
        self.version += 1

    def _judge(self, decision: Decision, now: datetime) -> None:
        case, judged = cases.judge(self.case, decision, now)
        self._replace(case)
        self._give(judged)

    def _replace(self, case: Case) -> None:
        before, self.case = self.case, case
        self._notices = (*self._notices, *_without(case.notices, before.notices))
        if _shown(case.gate) != _shown(before.gate):
            self.version += 1

    def _give(self, judged: JudgedDecision) -> None:
        self.verdicts[judged.verdict.decision_id] = judged.verdict
        self._judged = (*self._judged, judged)
        if judged.verdict.kind.is_accepted:
            self.version += 1

    @property
    def has_unstored(self) -> bool:
        """Whether anything waits to be stored."""
        return bool(self._changes or self._judged or self._notices or self._talks)

    @property
    def journal(self) -> Journal:
        """What the next activity has to store."""
        return Journal(
            order_id=self.order_id,
            changes=self._changes,
            judged=self._judged,
            notices=self._notices,
            talks=self._talks,
        )

    def mark_stored(self, journal: Journal) -> None:
        """Forget what an activity has stored; until then it is handed out again, which does no harm."""
        self._changes = _without(self._changes, journal.changes)
        self._judged = _without(self._judged, journal.judged)
        self._notices = _without(self._notices, journal.notices)
        self._talks = _without(self._talks, journal.talks)


def _shown(gate: Gate) -> tuple[object, ...]:
    return gate.outcome, gate.level, gate.deadline, gate.approvals, gate.open_questions


def _without(items: tuple[T, ...], gone: Iterable[T]) -> tuple[T, ...]:
    done = list(gone)
    return tuple(item for item in items if item not in done)
