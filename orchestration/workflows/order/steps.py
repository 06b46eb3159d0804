"""The steps of an order's story that reach outside, and how each may end it."""

from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import ActivityCancellationType, ParentClosePolicy

from orchestration.contracts import names
from orchestration.contracts.activities import (
    ChargePayment,
    OrderActivity,
    PendingWrites,
    ReceiveOrder,
    RefundPayment,
    ResolvedPolicy,
    ResolvePolicy,
    ShipOrder,
    Shipped,
    ValidateOrder,
)
from orchestration.contracts.activity_options import CHARGE, REFUND, STORE, TRY_TIME_LIMIT, ActivityOptions
from orchestration.domain.approval.verdict import OutcomeKind
from orchestration.domain.currency import format_amount
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from orchestration.workflows.failures import reason_of
from orchestration.workflows.order.state import OrderWorkflowState

CLOSING_TIME = timedelta(minutes=1)
"""Kept free before the workflow's own run timeout, at most a tenth of it, so that the order ends as expired,
with its card, and is not cut off."""


class OrderStopped(Exception):
    """The order does not go on; `to` is how it ends."""

    def __init__(self, to: OrderStatus, reason: str) -> None:
        super().__init__(reason)
        self.to = to
        self.reason = reason


class OrderSteps:
    """Each takes the order one step on, or raises OrderStopped."""

    def __init__(self, file: OrderWorkflowState) -> None:
        self._file = file

    async def receive(self, submission: Any) -> Order:
        """Read the order and store it."""
        received: Order = await self._try(
            OrderActivity.RECEIVE,
            ReceiveOrder(order_id=self._file.order_id, order=submission),
            STORE,
            self._file.order_id,
            result_type=Order,
        )
        self._file.receive(received)
        self.stop_if_cancelled()
        return received

    async def validate(self, order: Order) -> None:
        """Ask whether this could be paid and shipped at all."""
        pending_writes = self._file.pending_writes
        wanted = ValidateOrder(order=order, pending_writes=pending_writes)
        await self._try(OrderActivity.VALIDATE, wanted, STORE, format_amount(order.amount, order.currency))
        self._file.mark_stored(pending_writes)
        self._file.advance(OrderStatus.VALIDATED, workflow.now(), stored=True)
        self.stop_if_cancelled()

    async def resolve_policy(self, order: Order) -> ResolvedPolicy:
        """Find the order's tier; stored as waiting for approval, or as approved."""
        pending_writes = self._file.pending_writes
        policy: ResolvedPolicy = await self._try(
            OrderActivity.RESOLVE_POLICY,
            ResolvePolicy(order=order, pending_writes=pending_writes, closes_before=closing_time()),
            STORE,
            format_amount(order.amount, order.currency),
            result_type=ResolvedPolicy,
        )
        self._file.mark_stored(pending_writes)
        return policy

    async def charge(self, order: Order) -> None:
        """Take the money, once."""
        self.stop_if_cancelled()
        pending_writes = self._file.pending_writes
        self._file.payment = PaymentState.UNKNOWN
        handle = workflow.start_activity(
            OrderActivity.CHARGE,
            ChargePayment(
                payment_id=names.payment_id(order.order_id),
                amount=order.amount,
                currency=order.currency,
                payment_method=order.payment_method,
                pending_writes=pending_writes,
            ),
            start_to_close_timeout=TRY_TIME_LIMIT,
            schedule_to_close_timeout=CHARGE.in_all,
            retry_policy=CHARGE.policy,
            # A try that is under way is waited for: it may have charged.
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=format_amount(order.amount, order.currency),
        )
        try:
            await self._unless_cancelled(handle)
        except FailureError as failure:
            self.stop_if_cancelled()
            raise OrderStopped(OrderStatus.FAILED, f"payment failed: {reason_of(failure)}") from failure
        self._file.mark_stored(pending_writes)
        self._file.payment = PaymentState.CHARGED
        self._file.advance(OrderStatus.PAYMENT_CHARGED, workflow.now(), stored=True)
        self.stop_if_cancelled()

    async def ship(self, order: Order) -> None:
        """Let the shipping team's workflow do it. It alone knows until when it can be stopped."""
        # Its first activity stores this step.
        self._file.advance(OrderStatus.SHIPPING, workflow.now(), stored=True)
        pending_writes = self._file.pending_writes
        try:
            shipped = await self._unless_cancelled(await self._start_shipping(order, pending_writes))
        except FailureError as failure:
            self._file.doubt_last_step()
            self._file.settle_cancel(stopped=True, now=workflow.now())
            self.stop_if_cancelled()
            raise OrderStopped(OrderStatus.FAILED, f"shipping failed: {reason_of(failure)}") from failure
        self._file.settle_cancel(stopped=False, now=workflow.now())
        self._file.mark_stored(pending_writes)
        self._file.tracking = shipped.tracking
        self._file.advance(OrderStatus.SHIPPED, workflow.now(), stored=True)

    async def stop(self, stopped: OrderStopped) -> None:
        """End the order: give back whatever was charged, then say how it ended."""
        at = workflow.now()
        pending_writes = self._file.pending_writes.then(stopped.to, at, stopped.reason)
        if self._file.order is None:
            # The refusal is in the audit log. The row, if there is one, is another order's.
            pass
        elif self._file.payment is PaymentState.NONE:
            await self.record(pending_writes)
        else:
            refunded: bool = await self._try(
                OrderActivity.REFUND,
                RefundPayment(
                    payment_id=names.payment_id(self._file.order_id), pending_writes=pending_writes
                ),
                REFUND,
                stopped.reason,
                result_type=bool,
            )
            self._file.payment = PaymentState.REFUNDED if refunded else PaymentState.NONE
            self._file.mark_stored(pending_writes)
        self._file.advance(stopped.to, at, stopped.reason, stored=True)

    async def record(self, pending_writes: PendingWrites) -> None:
        """Store what no other step will store."""
        said = [change.to for change in pending_writes.changes] + [
            each.verdict.kind for each in pending_writes.judged
        ]
        await self._try(OrderActivity.RECORD, pending_writes, STORE, ", ".join(said))
        self._file.mark_stored(pending_writes)

    async def _start_shipping(self, order: Order, pending_writes: PendingWrites) -> Any:
        return await workflow.start_child_workflow(
            names.SHIPPING_WORKFLOW,
            ShipOrder(
                order_id=order.order_id,
                customer=order.customer,
                ship_to=order.ship_to,
                lines=len(order.lines),
                pending_writes=pending_writes,
            ),
            result_type=Shipped,
            id=names.shipping_workflow_id(order.order_id),
            task_queue=names.SHIPPING_TASK_QUEUE,
            # Should the order be terminated, shipping compensates by its own rules.
            parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
            cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
            static_summary=f"{len(order.lines)} lines of order {order.order_id}",
        )

    async def _try(
        self,
        activity: OrderActivity,
        argument: object,
        patience: ActivityOptions,
        summary: str,
        result_type: type | None = None,
    ) -> Any:
        try:
            return await workflow.execute_activity(
                activity,
                argument,
                result_type=result_type,
                start_to_close_timeout=TRY_TIME_LIMIT,
                schedule_to_close_timeout=patience.in_all,
                retry_policy=patience.policy,
                summary=summary[:200],
            )
        except FailureError as failure:
            raise OrderStopped(OrderStatus.FAILED, reason_of(failure)) from failure

    async def _unless_cancelled(self, handle: Any) -> Any:
        """Wait for it; ask it to stop once a cancel has been accepted."""
        await workflow.wait_condition(lambda: handle.done() or self._file.case.cancel is not None)
        if not handle.done():
            handle.cancel()
        return await handle

    def stop_if_cancelled(self) -> None:
        """Raise OrderStopped if a cancel has been accepted."""
        outcome = self._file.case.cancel or self._file.case.gate.outcome
        if outcome is not None and outcome.kind is OutcomeKind.CANCELLED:
            raise OrderStopped(OrderStatus.CANCELLED, outcome.in_words("cancelled"))


def closing_time() -> datetime | None:
    """When the workflow has to end by its own run timeout; None if it has none."""
    info = workflow.info()
    if not info.run_timeout:
        return None
    return info.workflow_start_time + info.run_timeout - min(CLOSING_TIME, info.run_timeout / 10)
