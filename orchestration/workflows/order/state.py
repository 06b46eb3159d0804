"""What an order's workflow remembers: its gate, its steps, its content."""

from collections.abc import Callable
from datetime import datetime

from orchestration.contracts.activities import PendingWrites, ResolvedPolicy
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.order import state as cases
from orchestration.domain.order.amendment import AmendRequest, refused_amendment
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import OrderState, StatusChange
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from orchestration.workflows.approval.continue_as_new import OrderContinueAsNewState
from orchestration.workflows.approval.state import ApprovalState, without


class OrderWorkflowState(ApprovalState):
    """The memory of an order, before its gate, at it and after it."""

    def __init__(self, order_id: str, on_status: Callable[[OrderStatus], None]) -> None:
        super().__init__(order_id)
        self._on_status = on_status
        self.order: Order | None = None
        self.payment = PaymentState.NONE
        self.tracking: str | None = None
        self._changes: tuple[StatusChange, ...] = ()

    @property
    def status(self) -> OrderStatus:
        """Where the order stands."""
        return self.case.status

    def restore(self, carried: OrderContinueAsNewState) -> None:
        """Take up what an earlier run remembered."""
        self.restore_gate(carried.gate)
        self.order, self._changes = carried.order, carried.gate.unstored.changes

    def receive(self, order: Order) -> None:
        """Learn what the order is; only now is it known whose it is."""
        self.order = order
        self.replace_gate(self.case.gate.model_copy(update={"requester": order.requester}))
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

    def doubt_last_step(self) -> None:
        """Hand the last step out to be stored again: nobody knows whether its activity got so far."""
        self._changes = (*self._changes, self.case.changes[-1])

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
        self.replace_gate(gate.model_copy(update={"revision": gate.revision + 1}))
        self.open_gate(resolved, closes_before, now)
        self.order = order
        notification = Notification(kind=NotificationKind.AMENDMENT, number=gate.revision + 1, at=now)
        self.case = self.case.model_copy(update={"notifications": (*self.case.notifications, notification)})
        self.verdicts[request.amend_id] = Verdict(
            decision_id=request.amend_id, kind=VerdictKind.RECORDED, at=now
        )
        self.version += 1
        return voided

    def settle_cancel(self, *, stopped: bool, now: datetime) -> None:
        """Say what shipping answered to a cancel."""
        self.case, judged = cases.settle_cancel(self.case, stopped, now)
        if judged is not None:
            self._give(judged)

    def judge(self, case: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, JudgedDecision]:
        """Judge a decision at whatever stage the order is."""
        return cases.judge(case, decision, now)

    @property
    def has_unstored(self) -> bool:
        """Whether anything waits to be stored."""
        return bool(self._changes) or super().has_unstored

    @property
    def pending_writes(self) -> PendingWrites:
        """What the next activity has to store."""
        return super().pending_writes.model_copy(update={"changes": self._changes})

    def mark_stored(self, pending_writes: PendingWrites) -> None:
        """Forget what an activity has stored; until then it is handed out again, which does no harm."""
        self._changes = without(self._changes, pending_writes.changes)
        super().mark_stored(pending_writes)
