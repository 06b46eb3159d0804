"""The state of an order's workflow: the approval, the status changes, the order's content and its payment."""

from collections.abc import Callable
from datetime import datetime

from orchestration.contracts.activities import PendingWrites, ResolvedPolicy
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.order import state as order_states
from orchestration.domain.order.amendment import AmendRequest, refused_amendment
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import OrderState, StatusChange
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from orchestration.workflows.approval.continue_as_new import OrderContinueAsNewState
from orchestration.workflows.approval.state import ApprovalState, without


class OrderWorkflowState(ApprovalState):
    """The state of an order before, during and after its approval."""

    def __init__(self, order_id: str, on_status: Callable[[OrderStatus], None]) -> None:
        super().__init__(order_id)
        self._on_status = on_status
        self.order: Order | None = None
        self.payment = PaymentState.NONE
        self.tracking: str | None = None
        self._changes: tuple[StatusChange, ...] = ()

    @property
    def status(self) -> OrderStatus:
        """The status of the order."""
        return self.order_state.status

    def restore(self, previous: OrderContinueAsNewState) -> None:
        """Take over the state of the previous run."""
        self.restore_approval(previous.gate)
        self.order, self._changes = previous.order, previous.gate.pending_writes.changes

    def receive(self, order: Order) -> None:
        """Keep the order's content, and its requester for the gate."""
        self.order = order
        self.set_gate(self.gate.model_copy(update={"requester": order.requester}))
        self.version += 1

    def advance(
        self, to: OrderStatus, at: datetime, reason: str | None = None, *, stored: bool = False
    ) -> None:
        """Change the status. `stored`: an activity has stored the change already, or will."""
        self.order_state = order_states.advance(self.order_state, to, at, reason)
        self.version += 1
        if not stored:
            self._changes = (*self._changes, self.order_state.changes[-1])
        self._on_status(to)

    def store_last_change_again(self) -> None:
        """Add the last status change to the pending writes: its activity may not have stored it."""
        self._changes = (*self._changes, self.order_state.changes[-1])

    def start_amendment(self, amend_id: str, now: datetime) -> None:
        """Give an amendment the verdict HELD while it is being validated."""
        self.verdicts[amend_id] = Verdict(decision_id=amend_id, kind=VerdictKind.HELD, at=now)

    def refuse_amendment(self, request: AmendRequest, verdict: Verdict) -> None:
        """Give an amendment a verdict that refuses it, and record it for the audit log."""
        self.verdicts[verdict.decision_id] = verdict
        self._judged_requests = (*self._judged_requests, refused_amendment(request, verdict))

    def amend(
        self,
        request: AmendRequest,
        order: Order,
        resolved: ResolvedPolicy,
        run_deadline: datetime | None,
        now: datetime,
    ) -> tuple[str, ...]:
        """Replace the order by the amended one under a new revision. Returns whose approvals are void now."""
        gate = self.gate
        voided = tuple(each.actor.id for each in gate.approvals)
        self.set_gate(gate.model_copy(update={"revision": gate.revision + 1}))
        self.open_gate(resolved, run_deadline, now)
        self.order = order
        notification = Notification(kind=NotificationKind.AMENDMENT, number=gate.revision + 1, at=now)
        notifications = (*self.order_state.notifications, notification)
        self.order_state = self.order_state.model_copy(update={"notifications": notifications})
        self.verdicts[request.amend_id] = Verdict(
            decision_id=request.amend_id, kind=VerdictKind.RECORDED, at=now
        )
        self.version += 1
        return voided

    def settle_cancel(self, *, stopped: bool, now: datetime) -> None:
        """Give a cancel its final verdict. `stopped`: ShippingWorkflow was cancelled in time."""
        self.order_state, judged = order_states.settle_cancel(self.order_state, stopped, now)
        if judged is not None:
            self._add_verdict(judged)

    def judge(
        self, order_state: OrderState, decision: Decision, now: datetime
    ) -> tuple[OrderState, JudgedDecision]:
        """Judge a decision at any stage of the order."""
        return order_states.judge(order_state, decision, now)

    @property
    def has_pending_writes(self) -> bool:
        """Whether anything waits to be stored."""
        return bool(self._changes) or super().has_pending_writes

    @property
    def pending_writes(self) -> PendingWrites:
        """What the next activity has to store."""
        return super().pending_writes.model_copy(update={"changes": self._changes})

    def remove_stored(self, stored: PendingWrites) -> None:
        """Remove what an activity has stored."""
        self._changes = without(self._changes, stored.changes)
        super().remove_stored(stored)
