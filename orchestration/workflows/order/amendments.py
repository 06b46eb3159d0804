"""Validates amendments beside the wait for approval, and applies one if the gate is still open then."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import FailureError

from orchestration.contracts.activities import AmendOrder, CheckAmendment, OrderActivity, ResolvedPolicy
from orchestration.contracts.activity_options import STORE
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.errors import OrderRefused
from orchestration.domain.order import amendment
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.workflows import activity_calls
from orchestration.workflows.approval.run_timeout import latest_deadline
from orchestration.workflows.failures import reason_of
from orchestration.workflows.order.state import OrderWorkflowState


class Amendments:
    """Handles one amendment at a time. Until it is applied, the order as it was can be decided."""

    def __init__(self, state: OrderWorkflowState) -> None:
        self._state = state
        # Two at once would both be validated against the same revision.
        self._lock = asyncio.Lock()

    async def amend(self, request: AmendRequest) -> None:
        """Judge, validate, apply and store an amendment. Never raises."""
        async with self._lock:
            if request.amend_id in self._state.verdicts:
                return
            refusal = amendment.refusal(self._state.gate, request, workflow.now())
            if refusal is None:
                refusal = await self._validate_and_apply(request)
            if refusal is not None:
                self._state.refuse_amendment(request, refusal)

    async def _validate_and_apply(self, request: AmendRequest) -> Verdict | None:
        """Return why the amendment is refused; None if it is applied."""
        before = self._state.order
        if before is None:
            return _verdict(request, VerdictKind.NOT_WAITING)
        self._state.start_amendment(request.amend_id, workflow.now())
        try:
            order = amendment.amended(before, request)
            resolved = await self._check(order)
        except OrderRefused as refused:
            return _verdict(request, VerdictKind.REFUSED, str(refused))
        except FailureError as failure:
            return _verdict(request, VerdictKind.REFUSED, reason_of(failure))
        if resolved is None or self._state.gate.outcome is not None:
            return _verdict(request, VerdictKind.ALREADY_OVER)
        voided = self._state.amend(request, order, resolved, latest_deadline(), workflow.now())
        await self._store(request, order, resolved, voided)
        return None

    async def _check(self, order: Order) -> ResolvedPolicy | None:
        """Check whether the amended order is valid. None: the order as it was has been decided meanwhile."""
        check = activity_calls.start(
            OrderActivity.CHECK_AMENDMENT,
            CheckAmendment(order=order, run_deadline=latest_deadline()),
            STORE,
            result_type=ResolvedPolicy,
            summary=f"revision {self._state.gate.revision + 1}",
        )
        await workflow.wait_condition(lambda: check.done() or self._state.gate.outcome is not None)
        if not check.done():
            check.cancel()
            await asyncio.gather(check, return_exceptions=True)
            return None
        resolved: ResolvedPolicy = await check
        return resolved

    async def _store(
        self, request: AmendRequest, order: Order, resolved: ResolvedPolicy, voided: tuple[str, ...]
    ) -> None:
        pending_writes = self._state.pending_writes
        argument = AmendOrder(
            order=order,
            revision=self._state.gate.revision,
            request=request,
            resolved=resolved,
            voided=voided,
            pending_writes=pending_writes,
        )
        try:
            await activity_calls.execute(
                OrderActivity.AMEND, argument, STORE, summary=f"revision {argument.revision}"
            )
        except FailureError as failure:
            # The row in PostgreSQL is a projection: the order goes on, and an operator has to find out why
            # the row could not be written.
            workflow.logger.error("amendment not stored in PostgreSQL: %s", reason_of(failure))
        else:
            self._state.remove_stored(pending_writes)


def _verdict(request: AmendRequest, kind: VerdictKind, detail: str | None = None) -> Verdict:
    return Verdict(decision_id=request.amend_id, kind=kind, at=workflow.now(), detail=detail)
