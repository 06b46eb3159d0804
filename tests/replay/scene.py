"""What the scenarios share."""

from collections.abc import Awaitable, Callable

from temporalio.client import Client

from orchestration.domain.order.status import OrderStatus
from tests.support.orders import an_order
from tests.workflows.test_cancel import reach
from tests.workflows.world import Case, World, start

Scenario = Callable[[Client, World, str], Awaitable[Case]]


async def waiting(client: Client, world: World, order_id: str) -> Case:
    """Start an order, and come back when it waits for people."""
    case = await start(client, world, an_order(order_id=order_id))
    await reach(case, OrderStatus.PENDING_MANUAL_APPROVAL)
    return case
