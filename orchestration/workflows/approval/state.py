"""What a workflow remembers of its gate: the case, the verdicts it gave, and what is not stored yet."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from orchestration.contracts.activities import PendingWrites, ResolvedPolicy
from orchestration.domain.actor import SYSTEM, Surface
from orchestration.domain.approval import questions, rules, timers
from orchestration.domain.approval.decision import Decision, DecisionKind, DecisionRequest
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.questions import (
    AnswerRequest,
    JudgedRequest,
    QuestionRequest,
    judged_request,
)
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.order import state as cases
from orchestration.domain.order.state import OrderState
from orchestration.workflows.approval.continue_as_new import GateContinueAsNewState

T = TypeVar("T")


class ApprovalState:
    """State only: no clock, no activity. Handlers and the story both change it."""

    def __init__(self, order_id: str) -> None:
        self.order_id = order_id
        self.case = OrderState(gate=Gate(requester=""))
        self.verdicts: dict[str, Verdict] = {}
        self.version = 1
        """Grows with every change that somebody could see."""
        self._judged: tuple[JudgedDecision, ...] = ()
        self._notices: tuple[Notification, ...] = ()
        self._talks: tuple[JudgedRequest, ...] = ()

    def replace_gate(self, gate: Gate) -> None:
        """Open or end the gate."""
        self.case = self.case.model_copy(update={"gate": gate})
        self.version += 1

    def open_gate(self, resolved: ResolvedPolicy, closes_before: datetime | None, now: datetime) -> bool:
        """Start to wait for people as the policy says; False: nobody has to be asked, it is approved."""
        gate = self.case.gate
        if resolved.tier is None:
            self.replace_gate(rules.approve_automatically(gate, now))
            return False
        self.replace_gate(
            timers.open_gate(
                gate,
                resolved.tier,
                resolved.resolved_at,
                resolved.deadline,
                barred=resolved.barred,
                closes_before=closes_before,
            )
        )
        return True

    def judge(self, case: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, JudgedDecision]:
        """Judge a decision; whoever goes on after the gate knows more of what may be decided then."""
        return cases.judge_at_gate(case, decision, now)

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
            surface=Surface.TEMPORAL,
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

    def ask(self, request: QuestionRequest, now: datetime) -> None:
        """Take a question, once for each question id."""
        if request.question_id not in self.verdicts:
            gate, verdict = questions.ask(self.case.gate, request, now)
            self._talk(gate, judged_request(request, verdict), NotificationKind.QUESTION)

    def answer(self, given: AnswerRequest, now: datetime) -> None:
        """Take an answer, once for each answer id."""
        if given.answer_id not in self.verdicts:
            gate, verdict = questions.answer(self.case.gate, given, now)
            self._talk(gate, judged_request(given, verdict), NotificationKind.ANSWER)

    def told(self, notifications: tuple[Notification, ...]) -> None:
        """Forget what people have been told."""
        rest = tuple(
            notification for notification in self.case.notifications if notification not in notifications
        )
        self.case = self.case.model_copy(update={"notifications": rest})

    def _talk(self, gate: Gate, talk: JudgedRequest, kind: NotificationKind) -> None:
        self.verdicts[talk.request_id] = talk.verdict
        self._talks = (*self._talks, talk)
        if not talk.verdict.kind.is_accepted:
            return
        ids = [each.question_id for each in gate.questions]
        notification = Notification(kind=kind, number=ids.index(talk.question_id) + 1, at=talk.verdict.at)
        self.case = self.case.model_copy(
            update={"gate": gate, "notifications": (*self.case.notifications, notification)}
        )
        self.version += 1

    def _judge(self, decision: Decision, now: datetime) -> None:
        case, judged = self.judge(self.case, decision, now)
        self._replace(case)
        self._give(judged)

    def _replace(self, case: OrderState) -> None:
        before, self.case = self.case, case
        self._notices = (*self._notices, *without(case.notifications, before.notifications))
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
        return bool(self._judged or self._notices or self._talks)

    @property
    def pending_writes(self) -> PendingWrites:
        """What the next activity has to store."""
        return PendingWrites(
            order_id=self.order_id,
            judged=self._judged,
            notifications=self._notices,
            judged_requests=self._talks,
        )

    def mark_stored(self, pending_writes: PendingWrites) -> None:
        """Forget what an activity has stored; until then it is handed out again, which does no harm."""
        self._judged = without(self._judged, pending_writes.judged)
        self._notices = without(self._notices, pending_writes.notifications)
        self._talks = without(self._talks, pending_writes.judged_requests)

    def restore_gate(self, carried: GateContinueAsNewState) -> None:
        """Take up what an earlier run remembered."""
        self.case, self.version = carried.case, carried.version
        self.verdicts = {verdict.decision_id: verdict for verdict in carried.verdicts}
        unstored = carried.unstored
        self._judged, self._notices, self._talks = (
            unstored.judged,
            unstored.notifications,
            unstored.judged_requests,
        )


def _shown(gate: Gate) -> tuple[object, ...]:
    return gate.outcome, gate.level, gate.deadline, gate.approvals, gate.open_questions


def without(items: tuple[T, ...], gone: Iterable[T]) -> tuple[T, ...]:
    """Return the items that are not gone."""
    done = list(gone)
    return tuple(item for item in items if item not in done)
