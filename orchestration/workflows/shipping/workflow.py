"""ShippingWorkflow: owned by the team that ships, on its own task queue."""

import asyncio

from temporalio import workflow
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from orchestration.contracts.activities import PendingWrites, ShipOrder, Shipped, ShippingActivity
    from orchestration.contracts.activity_options import SHIP, TRY_TIME_LIMIT
    from orchestration.contracts.names import SHIPPING_WORKFLOW


@workflow.defn(name=SHIPPING_WORKFLOW)
class ShippingWorkflow:
    """Prepares the package and hands it to the carrier.

    It can be cancelled until it begins to hand over; from then on nobody can tell whether the carrier has the
    parcel, so it goes on to the end and completes although it was asked to stop.
    """

    @workflow.run
    async def run(self, order: ShipOrder) -> Shipped:
        """Ship. Ends as cancelled if it was stopped in time; fails if the carrier refuses."""
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
                workflow.logger.info("asked to stop, but the carrier may have the parcel already")
            else:
                workflow.set_current_details(f"Shipped: {shipped.tracking}")
                return shipped

    async def _prepare(self, order: ShipOrder) -> None:
        preparing = workflow.start_activity(
            ShippingActivity.PREPARE,
            order,
            start_to_close_timeout=TRY_TIME_LIMIT,
            schedule_to_close_timeout=SHIP.in_all,
            retry_policy=SHIP.policy,
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"{order.lines} lines",
        )
        try:
            # Not awaited directly: a try that ends well after the cancel would swallow the cancel.
            await asyncio.shield(preparing)
        except asyncio.CancelledError:
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
            raise

    async def _dispatch(self, order: ShipOrder) -> Shipped:
        shipped: Shipped = await workflow.execute_activity(
            ShippingActivity.DISPATCH,
            order.model_copy(update={"pending_writes": PendingWrites(order_id=order.order_id)}),
            result_type=Shipped,
            start_to_close_timeout=TRY_TIME_LIMIT,
            schedule_to_close_timeout=SHIP.in_all,
            retry_policy=SHIP.policy,
            summary="to the carrier",
        )
        return shipped
