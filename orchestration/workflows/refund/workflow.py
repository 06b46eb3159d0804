"""RefundWorkflow: pays the money of a shipped order back once the approvers of its tier have agreed."""

from typing import Any, NoReturn

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from orchestration.contracts.activities import (
        OpenedRefund,
        OpenRefund,
        OrderActivity,
        RefundActivity,
        RefundPayment,
    )
    from orchestration.domain.approval.verdict import Outcome, OutcomeKind
    from orchestration.domain.refund.refund import RefundStatus, RefundView, refund_card

from orchestration.contracts import names
from orchestration.contracts.activity_options import REFUND, STORE
from orchestration.workflows import activity_calls
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.continue_as_new import RefundContinueAsNewState
from orchestration.workflows.approval.run_timeout import latest_deadline
from orchestration.workflows.approval.wait import ApprovalWait
from orchestration.workflows.approval.waiting_text import waiting_for_approval
from orchestration.workflows.approval.workflow import ApprovalWorkflow
from orchestration.workflows.failures import reason_of
from orchestration.workflows.refund.state import RefundWorkflowState

_ENDS = {
    OutcomeKind.CANCELLED: RefundStatus.CANCELLED,
    OutcomeKind.EXPIRED: RefundStatus.EXPIRED,
}


@workflow.defn(name=names.REFUND_WORKFLOW)
class RefundWorkflow(ApprovalWorkflow):
    """The life of one refund, from the request until the money is paid back."""

    @workflow.init
    def __init__(self, request: Any, previous: RefundContinueAsNewState | None = None) -> None:
        """`request` is a RefundRequest as it came from outside; `previous` is as in OrderWorkflow."""
        info = workflow.info()
        order_id = info.workflow_id.removeprefix("refund-")
        # After a refund was turned down, another one may be requested for the same order.
        refund_id = f"{order_id}.{info.first_execution_run_id[:8]}"
        self._request = request
        self._state = RefundWorkflowState(order_id, refund_id, self._show_status)
        self.approval_state = self._state
        self._card = CardUpdater(
            lambda: self._state.version, lambda: refund_card(self.status()), on_lasting_step=self._show_status
        )
        self._approval = ApprovalWait(self._state, self._card, self._store)
        if previous is not None and info.continued_run_id:
            self._state.restore(previous)
            self._approval.restore(previous.gate)

    @workflow.run
    async def run(self, request: Any, previous: RefundContinueAsNewState | None = None) -> RefundView:  # noqa: ARG002 - see init
        """Run the refund to its end. A cancellation of the workflow is taken as a cancel decision."""
        return await self.run_to_completion(
            self._run_refund(), lambda: self._state.status is RefundStatus.CANCELLED
        )

    async def _run_refund(self) -> RefundView:
        if self._state.opened is None:
            await self._open()
        if self._state.status is RefundStatus.PENDING_MANUAL_APPROVAL:
            self._apply_outcome(await self._approval.wait_for_outcome(self._continue_as_new))
        if self._state.status is RefundStatus.APPROVED:
            await self._pay_back()
        await self._approval.finish(self._close())
        return self.status()

    async def _open(self) -> None:
        argument = OpenRefund(
            refund_id=self._state.refund_id,
            order_id=self._state.order_id,
            request=self._request,
            run_deadline=latest_deadline(),
        )
        try:
            opened: OpenedRefund = await activity_calls.execute(
                RefundActivity.OPEN, argument, STORE, OpenedRefund
            )
        except FailureError as failure:
            self._state.advance(RefundStatus.FAILED, workflow.now(), reason_of(failure))
            return
        self._state.open(opened)
        outcome, now = self._state.gate.outcome, workflow.now()
        if outcome is not None:
            self._apply_outcome(outcome)
        elif self._state.open_gate(opened.resolved, latest_deadline(), now):
            self._state.advance(RefundStatus.PENDING_MANUAL_APPROVAL, now)
        else:
            self._state.advance(RefundStatus.APPROVED, now)
        self._state.judge_held_decisions(now)

    def _apply_outcome(self, outcome: Outcome) -> None:
        if outcome.kind is OutcomeKind.APPROVED:
            self._state.advance(RefundStatus.APPROVED, workflow.now())
        else:
            self._state.advance(_ENDS[outcome.kind], workflow.now(), outcome.describe("turned down"))

    async def _pay_back(self) -> None:
        """Pay the money back, once, however often the activity is retried."""
        pending_writes = self._state.pending_writes
        argument = RefundPayment(
            payment_id=names.payment_id(self._state.order_id), pending_writes=pending_writes
        )
        try:
            paid: bool = await activity_calls.execute(OrderActivity.REFUND, argument, REFUND, bool)
        except FailureError as failure:
            self._state.advance(RefundStatus.FAILED, workflow.now(), reason_of(failure))
            return
        self._state.remove_stored(pending_writes)
        if paid:
            self._state.advance(RefundStatus.REFUNDED, workflow.now())
        else:
            self._state.advance(RefundStatus.FAILED, workflow.now(), "nothing had been charged")

    async def _store(self) -> None:
        pending_writes = self._state.pending_writes
        if self._state.opened is not None:
            await activity_calls.execute(OrderActivity.RECORD, pending_writes, STORE)
        # A malformed request belongs to no order, so there is no audit log to store it in.
        self._state.remove_stored(pending_writes)

    async def _close(self) -> None:
        await self._approval.wait_for_final_card()

    def _continue_as_new(self) -> NoReturn:
        opened = self._state.opened
        if opened is None:
            raise RuntimeError("a refund that was not opened does not wait for people")
        previous = RefundContinueAsNewState(
            refund_id=self._state.refund_id,
            opened=opened,
            steps=self._state.steps,
            gate=self._approval.continue_as_new_state,
        )
        self._approval.continue_as_new(self._request, previous)

    @workflow.query(name=names.STATUS_QUERY)
    def status(self) -> RefundView:
        """Return the whole refund."""
        return RefundView(
            refund_id=self._state.refund_id,
            order_id=self._state.order_id,
            version=self._state.version,
            status=self._state.status,
            request=self._state.request,
            order=self._state.opened.order if self._state.opened else None,
            gate=self._state.gate,
            steps=self._state.steps,
            reason=self._state.steps[-1].reason if self._state.steps else None,
            waiting_for=self._waiting_for(),
            card=self._card.ref,
            card_version=self._card.shown_version,
            card_problem=self._card.problem,
            updated_at=self._state.steps[-1].at if self._state.steps else workflow.info().workflow_start_time,
        )

    def _waiting_for(self) -> str | None:
        match self._state.status:
            case RefundStatus.REQUESTED:
                return "the order and the approval policy"
            case RefundStatus.PENDING_MANUAL_APPROVAL:
                return waiting_for_approval(self._state.gate, self._card)
            case RefundStatus.APPROVED:
                return "the payment gateway"
            case _:
                return None

    def _show_status(self) -> None:
        view = self.status()
        waits = f"\n\nWaits for {view.waiting_for}" if view.waiting_for else ""
        workflow.set_current_details(f"**{view.status.replace('_', ' ').capitalize()}**{waits}")
