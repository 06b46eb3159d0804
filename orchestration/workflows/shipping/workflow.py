"""ShippingWorkflow: a child workflow of OrderWorkflow on the task queue of the team that ships."""

import asyncio

from temporalio import workflow
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from orchestration.contracts.activities import PendingWrites, ShipOrder, Shipped, ShippingActivity
    from orchestration.contracts.activity_options import SHIP
    from orchestration.contracts.names import SHIPPING_WORKFLOW

from orchestration.workflows import activity_calls


@workflow.defn(name=SHIPPING_WORKFLOW)
class ShippingWorkflow:
    """Prepares the package and hands it to the carrier.

    The workflow can be cancelled until the handover begins. From then on nobody can tell whether the carrier
    has the parcel, so the workflow ignores a cancellation and completes.
    """

    @workflow.run
    async def run(self, order: ShipOrder) -> Shipped:
        """Ship the order. Ends as cancelled if cancelled in time, and fails if the carrier refuses."""
        workflow.set_current_details("Preparing the package")
        await self._prepare(order)
        workflow.set_current_details("Handing over to the carrier: too late to cancel")
        handover = asyncio.create_task(self._dispatch(order))
        while True:
            try:
                shipped = await asyncio.shield(handover)
            except asyncio.CancelledError:
                if handover.done():
                    raise
                workflow.logger.info("cancellation ignored: the carrier may have the parcel already")
            else:
                workflow.set_current_details(f"Shipped: {shipped.tracking}")
                return shipped

    async def _prepare(self, order: ShipOrder) -> None:
        preparing = activity_calls.start(
            ShippingActivity.PREPARE,
            order,
            SHIP,
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"{order.lines} lines",
        )
        try:
            # Not awaited directly: an attempt that succeeds after the cancellation would swallow it.
            await asyncio.shield(preparing)
        except asyncio.CancelledError:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
            raise

    async def _dispatch(self, order: ShipOrder) -> Shipped:
        # The first activity has stored what was pending.
        stored = order.model_copy(update={"pending_writes": PendingWrites(order_id=order.order_id)})
        return await activity_calls.execute(
            ShippingActivity.DISPATCH, stored, SHIP, Shipped, summary="to the carrier"
        )
