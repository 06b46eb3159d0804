"""Amendments: validated anew beside the wait, and taken in one step if the gate is still open then."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import FailureError

from orchestration.contracts.activities import AmendOrder, CheckAmendment, OrderActivity, ResolvedPolicy
from orchestration.contracts.activity_options import STORE, TRY_TIME_LIMIT
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.errors import OrderRefused
from orchestration.domain.order import amendment
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.workflows.failures import reason_of
from orchestration.workflows.order.state import OrderWorkflowState
from orchestration.workflows.order.steps import closing_time


class Amendments:
    """Takes one amendment at a time. Until it is taken, the order as it was can be decided."""

    def __init__(self, file: OrderWorkflowState) -> None:
        self._file = file
        # Two at once would both be validated against the same revision.
        self._lock = asyncio.Lock()

    async def amend(self, request: AmendRequest) -> None:
        """Judge, validate, take and store an amendment. Never raises."""
        async with self._lock:
            if request.amend_id in self._file.verdicts:
                return
            verdict = amendment.refusal(self._file.case.gate, request, workflow.now())
            if verdict is None:
                verdict = await self._validated(request)
            if verdict is not None:
                self._file.refuse_amendment(request, verdict)

    async def _validated(self, request: AmendRequest) -> Verdict | None:
        before = self._file.order
        if before is None:
            return _verdict(request, VerdictKind.NOT_WAITING)
        self._file.hold(request.amend_id, workflow.now())
        try:
            order = amendment.amended(before, request)
            resolved = await self._check(order)
        except OrderRefused as refused:
            return _verdict(request, VerdictKind.REFUSED, str(refused))
        except FailureError as failure:
            return _verdict(request, VerdictKind.REFUSED, reason_of(failure))
        if resolved is None or self._file.case.gate.outcome is not None:
            return _verdict(request, VerdictKind.ALREADY_OVER)
        voided = self._file.amend(request, order, resolved, closing_time(), workflow.now())
        await self._store(request, order, resolved, voided)
        return None

    async def _check(self, order: Order) -> ResolvedPolicy | None:
        """Ask whether the order may become this; None: the old one was decided meanwhile."""
        checking = workflow.start_activity(
            OrderActivity.CHECK_AMENDMENT,
            CheckAmendment(order=order, closes_before=closing_time()),
            result_type=ResolvedPolicy,
            start_to_close_timeout=TRY_TIME_LIMIT,
            retry_policy=STORE.policy,
            summary=f"revision {self._file.case.gate.revision + 1}",
        )
        await workflow.wait_condition(lambda: checking.done() or self._file.case.gate.outcome is not None)
        if not checking.done():
            checking.cancel()
            await asyncio.gather(checking, return_exceptions=True)
            return None
        resolved: ResolvedPolicy = await checking
        return resolved

    async def _store(
        self, request: AmendRequest, order: Order, resolved: ResolvedPolicy, voided: tuple[str, ...]
    ) -> None:
        pending_writes = self._file.pending_writes
        wanted = AmendOrder(
            order=order,
            revision=self._file.case.gate.revision,
            request=request,
            resolved=resolved,
            voided=voided,
            pending_writes=pending_writes,
        )
        try:
            await workflow.execute_activity(
                OrderActivity.AMEND,
                wanted,
                start_to_close_timeout=TRY_TIME_LIMIT,
                retry_policy=STORE.policy,
                summary=f"revision {wanted.revision}",
            )
        except FailureError as failure:
            # The row is a projection: the order goes on, and somebody has to look at why it was not taken.
            workflow.logger.error("the amendment cannot be stored: %s", reason_of(failure))
        else:
            self._file.mark_stored(pending_writes)


def _verdict(request: AmendRequest, kind: VerdictKind, detail: str | None = None) -> Verdict:
    return Verdict(decision_id=request.amend_id, kind=kind, at=workflow.now(), detail=detail)
