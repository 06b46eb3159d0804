"""A refund's workflow in a test, and the fake activities that it needs besides those of an order."""

import asyncio
from typing import Any

from temporalio import activity
from temporalio.client import Client

from orchestration.contracts import activities, names
from orchestration.contracts.activities import OpenedRefund, OpenRefund, RefundActivity
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView
from tests.support.orders import an_order
from tests.workflows.fake_activities import REQUESTER, FakeActivities
from tests.workflows.running_order import RunningOrder

REQUEST = RefundRequest(order_id="ord-1", requester=REQUESTER, reason="It arrived broken")


class FakeRefundActivities(FakeActivities):
    """Fake activities for a refund of one order, which was shipped and paid."""

    def __init__(self, order_id: str = "ord-1") -> None:
        super().__init__(order_id)
        self.statuses.append(OrderStatus.PAYMENT_CHARGED)
        self.order = an_order(order_id=order_id)
        self.steps: list[RefundStatus] = []

    def _store(self, pending_writes: activities.PendingWrites, *then: OrderStatus) -> None:
        super()._store(pending_writes, *then)
        self.steps += [step.to for step in pending_writes.refund_steps if step.to not in self.steps]

    @activity.defn(name=RefundActivity.OPEN)
    async def open_refund(self, wanted: OpenRefund) -> OpenedRefund:
        await self._enter(RefundActivity.OPEN)
        request = RefundRequest.model_validate(wanted.request)
        return OpenedRefund(
            request=request, order=self.order, resolved=self._resolved(self.order, wanted.run_deadline)
        )

    def order_activities(self) -> list[Any]:
        return [*super().order_activities(), self.open_refund]


class RunningRefund(RunningOrder):
    """The workflow of one refund, and what people do to the refund."""

    async def refund(self) -> RefundView:
        view: RefundView = await self.handle.query(names.STATUS_QUERY, result_type=RefundView)
        return view

    async def reach_status(self, status: RefundStatus) -> None:
        while (await self.refund()).status is not status:
            await asyncio.sleep(0.01)

    async def ended(self) -> RefundView:
        view: RefundView = await self.handle.result()
        return view


async def start_refund(
    client: Client, fakes: FakeActivities, request: RefundRequest = REQUEST
) -> RunningRefund:
    """Start a refund's workflow, and return at once."""
    handle = await client.start_workflow(
        names.REFUND_WORKFLOW,
        request,
        id=names.refund_workflow_id(request.order_id),
        task_queue=names.ORDER_TASK_QUEUE,
        result_type=RefundView,
    )
    return RunningRefund(client, fakes, handle)
