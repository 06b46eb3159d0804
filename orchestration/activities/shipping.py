"""The activities of ShippingWorkflow: prepare the package, and hand it to the carrier."""

from temporalio import activity

from orchestration.activities.clock import now
from orchestration.contracts.activities import ShipOrder, Shipped, ShippingActivity
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.orders import OrderStore
from orchestration.ports.services import Carrier


class ShippingActivities:
    """Each activity stores the order's status and its audit event in one transaction, and may be retried."""

    def __init__(self, store: OrderStore, carrier: Carrier) -> None:
        self._store = store
        self._carrier = carrier

    @activity.defn(name=ShippingActivity.PREPARE)
    async def prepare(self, order: ShipOrder) -> None:
        """Prepare the package. Raises AddressRefused."""
        await self._store.record(order.pending_writes.with_change(OrderStatus.SHIPPING, now()))
        await self._carrier.prepare(order.order_id, order.ship_to, order.lines)

    @activity.defn(name=ShippingActivity.DISPATCH)
    async def dispatch(self, order: ShipOrder) -> Shipped:
        """Hand the package to the carrier, once. Raises AddressRefused."""
        tracking = await self._carrier.dispatch(order.order_id)
        await self._store.record(order.pending_writes.with_change(OrderStatus.SHIPPED, now()))
        return Shipped(tracking=tracking)
