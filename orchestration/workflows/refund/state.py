"""What a refund's workflow remembers: its gate, its steps, what is to be given back."""

from collections.abc import Callable
from datetime import datetime

from orchestration.contracts.activities import OpenedRefund, PendingWrites
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundStep, check_transition
from orchestration.workflows.approval.continue_as_new import RefundContinueAsNewState
from orchestration.workflows.approval.state import ApprovalState, without


class RefundWorkflowState(ApprovalState):
    """The memory of a refund."""

    def __init__(self, order_id: str, refund_id: str, on_step: Callable[[], None]) -> None:
        super().__init__(order_id)
        self.refund_id = refund_id
        self._on_step = on_step
        self.opened: OpenedRefund | None = None
        self.status = RefundStatus.REQUESTED
        self.steps: tuple[RefundStep, ...] = ()
        self._unstored: tuple[RefundStep, ...] = ()

    @property
    def request(self) -> RefundRequest | None:
        """What was asked for."""
        return self.opened.request if self.opened else None

    def restore(self, carried: RefundContinueAsNewState) -> None:
        """Take up what an earlier run remembered."""
        self.restore_gate(carried.gate)
        self.refund_id, self.opened, self.steps = carried.refund_id, carried.opened, carried.steps
        self.status = carried.steps[-1].to if carried.steps else RefundStatus.REQUESTED
        self._unstored = carried.gate.unstored.refund_steps

    def open(self, opened: OpenedRefund) -> None:
        """Learn what is to be given back, and who asked."""
        self.opened = opened
        gate = self.case.gate.model_copy(update={"requester": opened.request.requester})
        self.replace_gate(gate)

    def advance(self, to: RefundStatus, at: datetime, reason: str | None = None) -> None:
        """Take a step. Raises TransitionNotAllowed."""
        check_transition(self.status, to)
        step = RefundStep(to=to, at=at, reason=reason)
        self.status, self.steps, self._unstored = to, (*self.steps, step), (*self._unstored, step)
        self.version += 1
        self._on_step()

    @property
    def has_unstored(self) -> bool:
        """Whether anything waits to be stored."""
        return bool(self._unstored) or super().has_unstored

    @property
    def pending_writes(self) -> PendingWrites:
        """What the next activity has to store."""
        update = {"refund_id": self.refund_id, "refund_steps": self._unstored}
        return super().pending_writes.model_copy(update=update)

    def mark_stored(self, pending_writes: PendingWrites) -> None:
        """Forget what an activity has stored."""
        self._unstored = without(self._unstored, pending_writes.refund_steps)
        super().mark_stored(pending_writes)
