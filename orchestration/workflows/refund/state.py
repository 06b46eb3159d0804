"""The state of a refund's workflow: the approval, the status changes, and what is to be paid back."""

from collections.abc import Callable
from datetime import datetime

from orchestration.contracts.activities import OpenedRefund, PendingWrites
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundStep, check_transition
from orchestration.workflows.approval.continue_as_new import RefundContinueAsNewState
from orchestration.workflows.approval.state import ApprovalState, without


class RefundWorkflowState(ApprovalState):
    """The state of a refund before, during and after its approval."""

    def __init__(self, order_id: str, refund_id: str, on_step: Callable[[], None]) -> None:
        super().__init__(order_id)
        self.refund_id = refund_id
        self._on_step = on_step
        self.opened: OpenedRefund | None = None
        self.status = RefundStatus.REQUESTED
        self.steps: tuple[RefundStep, ...] = ()
        self._unstored_steps: tuple[RefundStep, ...] = ()

    @property
    def request(self) -> RefundRequest | None:
        """The request; None before it was opened."""
        return self.opened.request if self.opened else None

    def restore(self, previous: RefundContinueAsNewState) -> None:
        """Take over the state of the previous run."""
        self.restore_approval(previous.gate)
        self.refund_id, self.opened, self.steps = previous.refund_id, previous.opened, previous.steps
        self.status = previous.steps[-1].to if previous.steps else RefundStatus.REQUESTED
        self._unstored_steps = previous.gate.pending_writes.refund_steps

    def open(self, opened: OpenedRefund) -> None:
        """Keep what is to be paid back, and its requester for the gate."""
        self.opened = opened
        gate = self.gate.model_copy(update={"requester": opened.request.requester})
        self.set_gate(gate)

    def advance(self, to: RefundStatus, at: datetime, reason: str | None = None) -> None:
        """Change the status. Raises TransitionNotAllowed."""
        check_transition(self.status, to)
        step = RefundStep(to=to, at=at, reason=reason)
        self.status, self.steps, self._unstored_steps = to, (*self.steps, step), (*self._unstored_steps, step)
        self.version += 1
        self._on_step()

    @property
    def has_pending_writes(self) -> bool:
        """Whether anything waits to be stored."""
        return bool(self._unstored_steps) or super().has_pending_writes

    @property
    def pending_writes(self) -> PendingWrites:
        """What the next activity has to store."""
        update = {"refund_id": self.refund_id, "refund_steps": self._unstored_steps}
        return super().pending_writes.model_copy(update=update)

    def remove_stored(self, stored: PendingWrites) -> None:
        """Remove what an activity has stored."""
        self._unstored_steps = without(self._unstored_steps, stored.refund_steps)
        super().remove_stored(stored)
