"""Prepare the package, hand it to the carrier."""

from temporalio import activity

from orchestration.activities.clock import now
from orchestration.contracts.activities import ShipOrder, Shipped, ShippingActivity
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.orders import OrderStore
from orchestration.ports.services import Carrier


class ShippingActivities:
    """Each stores its step in the order's row and audit log, in one transaction."""

    def __init__(self, store: OrderStore, carrier: Carrier) -> None:
        self._store = store
        self._carrier = carrier

    @activity.defn(name=ShippingActivity.PREPARE)
    async def prepare(self, order: ShipOrder) -> None:
        """Get the package ready. Raises AddressRefused."""
        await self._store.record(order.pending_writes.then(OrderStatus.SHIPPING, now()))
        await self._carrier.prepare(order.order_id, order.ship_to, order.lines)

    @activity.defn(name=ShippingActivity.DISPATCH)
    async def dispatch(self, order: ShipOrder) -> Shipped:
        """Hand it over, once. Raises AddressRefused."""
        tracking = await self._carrier.dispatch(order.order_id)
        await self._store.record(order.pending_writes.then(OrderStatus.SHIPPED, now()))
        return Shipped(tracking=tracking)
