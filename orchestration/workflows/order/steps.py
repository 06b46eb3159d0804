"""The steps of an order that run activities or ShippingWorkflow, and how each can end the order."""

from typing import Any, TypeVar

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
from orchestration.contracts.activity_options import CHARGE, REFUND, STORE, ActivityOptions
from orchestration.domain.approval.verdict import OutcomeKind
from orchestration.domain.currency import format_amount
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from orchestration.workflows import activity_calls
from orchestration.workflows.approval.run_timeout import latest_deadline
from orchestration.workflows.failures import reason_of
from orchestration.workflows.order.state import OrderWorkflowState

T = TypeVar("T")


class OrderStopped(Exception):
    """The order ends before it is shipped, with the status `to`."""

    def __init__(self, to: OrderStatus, reason: str) -> None:
        super().__init__(reason)
        self.to = to
        self.reason = reason


class OrderSteps:
    """The steps of one order. Each advances the order's status, or raises OrderStopped."""

    def __init__(self, state: OrderWorkflowState) -> None:
        self._state = state

    async def receive(self, submission: Any) -> Order:
        """Parse the order and store it."""
        order: Order = await self._execute(
            OrderActivity.RECEIVE,
            ReceiveOrder(order_id=self._state.order_id, order=submission),
            STORE,
            self._state.order_id,
            Order,
        )
        self._state.receive(order)
        self.raise_if_cancelled()
        return order

    async def validate(self, order: Order) -> None:
        """Check that the order can be paid and that the policy has a tier for it."""
        pending_writes = self._state.pending_writes
        argument = ValidateOrder(order=order, pending_writes=pending_writes)
        await self._execute(OrderActivity.VALIDATE, argument, STORE, _amount(order))
        self._state.remove_stored(pending_writes)
        self._state.advance(OrderStatus.VALIDATED, workflow.now(), stored=True)
        self.raise_if_cancelled()

    async def resolve_policy(self, order: Order) -> ResolvedPolicy:
        """Find the order's tier. The activity stores the order as waiting for approval, or as approved."""
        pending_writes = self._state.pending_writes
        policy: ResolvedPolicy = await self._execute(
            OrderActivity.RESOLVE_POLICY,
            ResolvePolicy(order=order, pending_writes=pending_writes, run_deadline=latest_deadline()),
            STORE,
            _amount(order),
            ResolvedPolicy,
        )
        self._state.remove_stored(pending_writes)
        return policy

    async def charge(self, order: Order) -> None:
        """Charge the payment, once."""
        self.raise_if_cancelled()
        pending_writes = self._state.pending_writes
        self._state.payment = PaymentState.UNKNOWN
        handle = activity_calls.start(
            OrderActivity.CHARGE,
            ChargePayment(
                payment_id=names.payment_id(order.order_id),
                amount=order.amount,
                currency=order.currency,
                payment_method=order.payment_method,
                pending_writes=pending_writes,
            ),
            CHARGE,
            # An attempt that is under way is waited for: it may have charged.
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=_amount(order),
        )
        try:
            await self._wait_or_cancel(handle)
        except FailureError as failure:
            self.raise_if_cancelled()
            raise OrderStopped(OrderStatus.FAILED, f"payment failed: {reason_of(failure)}") from failure
        self._state.remove_stored(pending_writes)
        self._state.payment = PaymentState.CHARGED
        self._state.advance(OrderStatus.PAYMENT_CHARGED, workflow.now(), stored=True)
        self.raise_if_cancelled()

    async def ship(self, order: Order) -> None:
        """Run ShippingWorkflow as a child. Only that workflow knows until when it can be cancelled."""
        # The first activity of ShippingWorkflow stores this status.
        self._state.advance(OrderStatus.SHIPPING, workflow.now(), stored=True)
        pending_writes = self._state.pending_writes
        try:
            shipped = await self._wait_or_cancel(await _start_shipping(order, pending_writes))
        except FailureError as failure:
            self._state.store_last_change_again()
            self._state.settle_cancel(stopped=True, now=workflow.now())
            self.raise_if_cancelled()
            raise OrderStopped(OrderStatus.FAILED, f"shipping failed: {reason_of(failure)}") from failure
        self._state.settle_cancel(stopped=False, now=workflow.now())
        self._state.remove_stored(pending_writes)
        self._state.tracking = shipped.tracking
        self._state.advance(OrderStatus.SHIPPED, workflow.now(), stored=True)

    async def compensate(self, stopped: OrderStopped) -> None:
        """End the order: refund what was charged, then store how the order ended."""
        at = workflow.now()
        pending_writes = self._state.pending_writes.with_change(stopped.to, at, stopped.reason)
        if self._state.order is None:
            # The activity has stored the refusal in the audit log. A row under this id is another order's.
            pass
        elif self._state.payment is PaymentState.NONE:
            await self.record(pending_writes)
        else:
            refunded: bool = await self._execute(
                OrderActivity.REFUND,
                RefundPayment(
                    payment_id=names.payment_id(self._state.order_id), pending_writes=pending_writes
                ),
                REFUND,
                stopped.reason,
                bool,
            )
            self._state.payment = PaymentState.REFUNDED if refunded else PaymentState.NONE
            self._state.remove_stored(pending_writes)
        self._state.advance(stopped.to, at, stopped.reason, stored=True)

    async def record(self, pending_writes: PendingWrites) -> None:
        """Store what no other step stores."""
        statuses = [change.to for change in pending_writes.changes]
        verdicts = [each.verdict.kind for each in pending_writes.judged]
        await self._execute(OrderActivity.RECORD, pending_writes, STORE, ", ".join([*statuses, *verdicts]))
        self._state.remove_stored(pending_writes)

    def raise_if_cancelled(self) -> None:
        """Raise OrderStopped if a cancel has been accepted."""
        outcome = self._state.order_state.cancel or self._state.gate.outcome
        if outcome is not None and outcome.kind is OutcomeKind.CANCELLED:
            raise OrderStopped(OrderStatus.CANCELLED, outcome.describe("cancelled"))

    async def _execute(
        self,
        activity: OrderActivity,
        argument: object,
        options: ActivityOptions,
        summary: str,
        result_type: type[T] | None = None,
    ) -> T:
        try:
            return await activity_calls.execute(
                activity, argument, options, result_type, summary=summary[:200]
            )
        except FailureError as failure:
            raise OrderStopped(OrderStatus.FAILED, reason_of(failure)) from failure

    async def _wait_or_cancel(self, handle: Any) -> Any:
        """Wait for an activity or child workflow, and cancel it once a cancel decision is accepted."""
        await workflow.wait_condition(lambda: handle.done() or self._state.order_state.cancel is not None)
        if not handle.done():
            handle.cancel()
        return await handle


async def _start_shipping(order: Order, pending_writes: PendingWrites) -> Any:
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
        # If the order's workflow is terminated, ShippingWorkflow cleans up by its own rules.
        parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
        cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        static_summary=f"{len(order.lines)} lines of order {order.order_id}",
    )


def _amount(order: Order) -> str:
    return format_amount(order.amount, order.currency)
