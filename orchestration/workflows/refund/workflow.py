"""RefundWorkflow: give back the money of a shipped order, once those agree whom its tier asks."""

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
from orchestration.contracts.activity_options import REFUND, STORE, TRY_TIME_LIMIT, ActivityOptions
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.continue_as_new import RefundContinueAsNewState
from orchestration.workflows.approval.wait import ApprovalWait
from orchestration.workflows.approval.workflow import ApprovalWorkflow
from orchestration.workflows.failures import reason_of
from orchestration.workflows.order.steps import closing_time
from orchestration.workflows.order.view import waiting_for_people
from orchestration.workflows.refund.state import RefundWorkflowState

_ENDS = {
    OutcomeKind.CANCELLED: RefundStatus.CANCELLED,
    OutcomeKind.EXPIRED: RefundStatus.EXPIRED,
}


@workflow.defn(name=names.REFUND_WORKFLOW)
class RefundWorkflow(ApprovalWorkflow):
    """Durable from the request to the money's return. The gate is the one that orders have."""

    @workflow.init
    def __init__(self, request: Any, carried: RefundContinueAsNewState | None = None) -> None:
        """`request` is a RefundRequest as it came from outside; `carried` as in OrderWorkflow."""
        info = workflow.info()
        order_id = info.workflow_id.removeprefix("refund-")
        # A refund that was turned down may be asked for again, and is another one then.
        refund_id = f"{order_id}.{info.first_execution_run_id[:8]}"
        self._request = request
        self._file = RefundWorkflowState(order_id, refund_id, self._show)
        self.gate_file = self._file
        self._card = CardUpdater(
            lambda: self._file.version, lambda: refund_card(self.status()), on_lasting=self._show
        )
        self._waiting = ApprovalWait(self._file, self._card, self._store)
        if carried is not None and info.continued_run_id:
            self._file.restore(carried)
            self._waiting.restore(carried.gate)

    @workflow.run
    async def run(self, request: Any, carried: RefundContinueAsNewState | None = None) -> RefundView:  # noqa: ARG002 - see init
        """Run the refund to its end. Cancelling the workflow is a cancel decision and nothing else."""
        return await self.to_its_end(self._story(), lambda: self._file.status is RefundStatus.CANCELLED)

    async def _story(self) -> RefundView:
        if self._file.opened is None:
            await self._open()
        if self._file.status is RefundStatus.PENDING_MANUAL_APPROVAL:
            self._end_wait(await self._waiting.for_outcome(self._go_on_in_a_new_run))
        if self._file.status is RefundStatus.APPROVED:
            await self._pay_back()
        await self._waiting.finish(self._close())
        return self.status()

    async def _open(self) -> None:
        wanted = OpenRefund(
            refund_id=self._file.refund_id,
            order_id=self._file.order_id,
            request=self._request,
            closes_before=closing_time(),
        )
        try:
            opened: OpenedRefund = await self._try(RefundActivity.OPEN, wanted, STORE, OpenedRefund)
        except FailureError as failure:
            self._file.advance(RefundStatus.FAILED, workflow.now(), reason_of(failure))
            return
        self._file.open(opened)
        outcome, now = self._file.case.gate.outcome, workflow.now()
        if outcome is not None:
            self._end_wait(outcome)
        elif self._file.open_gate(opened.resolved, closing_time(), now):
            self._file.advance(RefundStatus.PENDING_MANUAL_APPROVAL, now)
        else:
            self._file.advance(RefundStatus.APPROVED, now)
        self._file.release_held(now)

    def _end_wait(self, outcome: Outcome) -> None:
        if outcome.kind is OutcomeKind.APPROVED:
            self._file.advance(RefundStatus.APPROVED, workflow.now())
        else:
            self._file.advance(_ENDS[outcome.kind], workflow.now(), outcome.in_words("turned down"))

    async def _pay_back(self) -> None:
        """Give the money back, once, however often this is tried."""
        pending_writes = self._file.pending_writes
        wanted = RefundPayment(
            payment_id=names.payment_id(self._file.order_id), pending_writes=pending_writes
        )
        try:
            paid: bool = await self._try(OrderActivity.REFUND, wanted, REFUND, bool)
        except FailureError as failure:
            self._file.advance(RefundStatus.FAILED, workflow.now(), reason_of(failure))
            return
        self._file.mark_stored(pending_writes)
        if paid:
            self._file.advance(RefundStatus.REFUNDED, workflow.now())
        else:
            self._file.advance(RefundStatus.FAILED, workflow.now(), "nothing had been charged")

    async def _store(self) -> None:
        pending_writes = self._file.pending_writes
        if self._file.opened is not None:
            await self._try(OrderActivity.RECORD, pending_writes, STORE, None)
        # Of a request that made no sense there is no order whose audit log it could stand in.
        self._file.mark_stored(pending_writes)

    async def _close(self) -> None:
        await self._waiting.card_shows_the_end()

    def _go_on_in_a_new_run(self) -> NoReturn:
        opened = self._file.opened
        if opened is None:
            raise RuntimeError("a refund that was not opened does not wait for people")
        carried = RefundContinueAsNewState(
            refund_id=self._file.refund_id,
            opened=opened,
            steps=self._file.steps,
            gate=self._waiting.carried,
        )
        self._waiting.go_on_in_a_new_run(self._request, carried)

    async def _try(
        self, activity: str, wanted: object, patience: ActivityOptions, result_type: type | None
    ) -> Any:
        return await workflow.execute_activity(
            activity,
            wanted,
            result_type=result_type,
            start_to_close_timeout=TRY_TIME_LIMIT,
            schedule_to_close_timeout=patience.in_all,
            retry_policy=patience.policy,
        )

    @workflow.query(name=names.STATUS_QUERY)
    def status(self) -> RefundView:
        """Return the whole refund."""
        file = self._file
        return RefundView(
            refund_id=file.refund_id,
            order_id=file.order_id,
            version=file.version,
            status=file.status,
            request=file.request,
            order=file.opened.order if file.opened else None,
            gate=file.case.gate,
            steps=file.steps,
            reason=file.steps[-1].reason if file.steps else None,
            waiting_for=self._waiting_for(),
            card=self._card.ref,
            card_version=self._card.shown_version,
            card_problem=self._card.problem,
            updated_at=file.steps[-1].at if file.steps else workflow.info().workflow_start_time,
        )

    def _waiting_for(self) -> str | None:
        match self._file.status:
            case RefundStatus.REQUESTED:
                return "the order and the approval policy"
            case RefundStatus.PENDING_MANUAL_APPROVAL:
                return waiting_for_people(self._file.case.gate, self._card)
            case RefundStatus.APPROVED:
                return "the payment gateway"
            case _:
                return None

    def _show(self) -> None:
        view = self.status()
        waits = f"\n\nWaits for {view.waiting_for}" if view.waiting_for else ""
        workflow.set_current_details(f"**{view.status.replace('_', ' ').capitalize()}**{waits}")
