"""The state of an approval in a workflow: the gate, the verdicts given, and what is not stored yet."""

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
from orchestration.domain.order import state as order_states
from orchestration.domain.order.state import OrderState
from orchestration.workflows.approval.continue_as_new import GateContinueAsNewState

T = TypeVar("T")


class ApprovalState:
    """Plain state, changed by signal handlers and by the workflow's main coroutine."""

    def __init__(self, order_id: str) -> None:
        self.order_id = order_id
        self.order_state = OrderState(gate=Gate(requester=""))
        self.verdicts: dict[str, Verdict] = {}
        self.version = 1
        """Grows with every change that is visible in a view or on the card."""
        self._judged: tuple[JudgedDecision, ...] = ()
        self._notifications: tuple[Notification, ...] = ()
        self._judged_requests: tuple[JudgedRequest, ...] = ()

    @property
    def gate(self) -> Gate:
        """The gate as it is now."""
        return self.order_state.gate

    def set_gate(self, gate: Gate) -> None:
        """Replace the gate, because it opens, ends or is about another requester."""
        self.order_state = self.order_state.model_copy(update={"gate": gate})
        self.version += 1

    def open_gate(self, resolved: ResolvedPolicy, run_deadline: datetime | None, now: datetime) -> bool:
        """Open the gate for the tier. False: no approval is needed, and the gate counts as approved."""
        gate = self.gate
        if resolved.tier is None:
            self.set_gate(rules.approve_automatically(gate, now))
            return False
        self.set_gate(
            timers.open_gate(
                gate,
                resolved.tier,
                resolved.resolved_at,
                resolved.deadline,
                barred=resolved.barred,
                run_deadline=run_deadline,
            )
        )
        return True

    def judge(
        self, order_state: OrderState, decision: Decision, now: datetime
    ) -> tuple[OrderState, JudgedDecision]:
        """Judge a decision at the gate. Workflows that accept decisions after it override this."""
        return order_states.judge_at_gate(order_state, decision, now)

    def add_decision(self, decision: Decision, now: datetime) -> None:
        """Judge a decision, once for each decision id."""
        if decision.decision_id in self.verdicts:
            return
        self._judge_decision(decision, now)

    def refuse_malformed(
        self, kind: DecisionKind, decision_id: str, error: ValidationError, now: datetime
    ) -> None:
        """Record a decision with a malformed signal body as refused, for the audit log."""
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
        self._add_verdict(JudgedDecision(decision=decision, verdict=verdict))

    def judge_held_decisions(self, now: datetime) -> None:
        """Judge, in the order of their arrival, the decisions that came before the gate opened."""
        self.order_state, held = order_states.release_held(self.order_state)
        for decision in held:
            self._judge_decision(decision, now)

    def apply_due_events(self, now: datetime) -> None:
        """Apply every reminder, escalation and deadline that is due."""
        self._replace(order_states.tick(self.order_state, now))

    def add_question(self, request: QuestionRequest, now: datetime) -> None:
        """Judge a question, once for each question id."""
        if request.question_id not in self.verdicts:
            gate, verdict = questions.ask(self.gate, request, now)
            self._add_request(gate, judged_request(request, verdict), NotificationKind.QUESTION)

    def add_answer(self, given: AnswerRequest, now: datetime) -> None:
        """Judge an answer, once for each answer id."""
        if given.answer_id not in self.verdicts:
            gate, verdict = questions.answer(self.gate, given, now)
            self._add_request(gate, judged_request(given, verdict), NotificationKind.ANSWER)

    def remove_notifications(self, sent: tuple[Notification, ...]) -> None:
        """Remove notifications that have been sent."""
        rest = without(self.order_state.notifications, sent)
        self.order_state = self.order_state.model_copy(update={"notifications": rest})

    def _add_request(self, gate: Gate, judged: JudgedRequest, kind: NotificationKind) -> None:
        self.verdicts[judged.request_id] = judged.verdict
        self._judged_requests = (*self._judged_requests, judged)
        if not judged.verdict.kind.is_accepted:
            return
        ids = [each.question_id for each in gate.questions]
        notification = Notification(kind=kind, number=ids.index(judged.question_id) + 1, at=judged.verdict.at)
        self.order_state = self.order_state.model_copy(
            update={"gate": gate, "notifications": (*self.order_state.notifications, notification)}
        )
        self.version += 1

    def _judge_decision(self, decision: Decision, now: datetime) -> None:
        order_state, judged = self.judge(self.order_state, decision, now)
        self._replace(order_state)
        self._add_verdict(judged)

    def _replace(self, order_state: OrderState) -> None:
        before, self.order_state = self.order_state, order_state
        added = without(order_state.notifications, before.notifications)
        self._notifications = (*self._notifications, *added)
        if _visible_parts(order_state.gate) != _visible_parts(before.gate):
            self.version += 1

    def _add_verdict(self, judged: JudgedDecision) -> None:
        self.verdicts[judged.verdict.decision_id] = judged.verdict
        self._judged = (*self._judged, judged)
        if judged.verdict.kind.is_accepted:
            self.version += 1

    @property
    def has_pending_writes(self) -> bool:
        """Whether anything waits to be stored."""
        return bool(self._judged or self._notifications or self._judged_requests)

    @property
    def pending_writes(self) -> PendingWrites:
        """What the next activity has to store."""
        return PendingWrites(
            order_id=self.order_id,
            judged=self._judged,
            notifications=self._notifications,
            judged_requests=self._judged_requests,
        )

    def remove_stored(self, stored: PendingWrites) -> None:
        """Remove what an activity has stored. Until then it is stored again, which changes nothing."""
        self._judged = without(self._judged, stored.judged)
        self._notifications = without(self._notifications, stored.notifications)
        self._judged_requests = without(self._judged_requests, stored.judged_requests)

    def restore_approval(self, previous: GateContinueAsNewState) -> None:
        """Take over the approval of the previous run."""
        self.order_state, self.version = previous.order_state, previous.version
        self.verdicts = {verdict.decision_id: verdict for verdict in previous.verdicts}
        pending = previous.pending_writes
        self._judged, self._notifications = pending.judged, pending.notifications
        self._judged_requests = pending.judged_requests


def _visible_parts(gate: Gate) -> tuple[object, ...]:
    return gate.outcome, gate.level, gate.deadline, gate.approvals, gate.open_questions


def without(items: tuple[T, ...], removed: Iterable[T]) -> tuple[T, ...]:
    """Return the items that are not among the removed ones."""
    done = list(removed)
    return tuple(item for item in items if item not in done)
