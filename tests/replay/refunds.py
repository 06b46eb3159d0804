"""Refunds of a shipped order, to each of their ends. Their names begin with `refund_`."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from orchestration.contracts import names
from orchestration.contracts.activities import RefundActivity
from orchestration.domain.refund.refund import RefundStatus
from tests.replay.scene import Scenario
from tests.support.orders import a_small_order
from tests.support.policy import a_tier
from tests.workflows.test_refund import REQUEST, Refund, Refunds
from tests.workflows.world import APPROVER, REQUESTER, World


async def refund_approved(client: Client, world: World, order_id: str) -> Refund:
    """Given back."""
    refund = await waiting_refund(client, world, order_id)
    await refund.approve(APPROVER)
    return refund


async def refund_turned_down(client: Client, world: World, order_id: str) -> Refund:
    """Nothing is given back."""
    refund = await waiting_refund(client, world, order_id)
    await refund.approve(REQUESTER, "d-own")
    await refund.cancel(APPROVER)
    return refund


async def refund_automatic(client: Client, world: World, order_id: str) -> Refund:
    """Under every threshold."""
    assert isinstance(world, Refunds)
    world.order = a_small_order(order_id=order_id)
    return await _started(client, world, order_id)


async def refund_expired(client: Client, world: World, order_id: str) -> Refund:
    """Nobody decided."""
    world.tier = a_tier(APPROVER, expires_after=timedelta(seconds=1))
    return await _started(client, world, order_id)


async def refund_refused(client: Client, world: World, order_id: str) -> Refund:
    """It could not be opened."""
    refused = ApplicationError("order_id: has been refunded already", non_retryable=True)
    world.failing(RefundActivity.OPEN, refused)
    return await _started(client, world, order_id)


async def refund_of_nothing(client: Client, world: World, order_id: str) -> Refund:
    """Nothing had been charged."""
    world.statuses.clear()
    return await refund_approved(client, world, order_id)


async def refund_cancelled_by_temporal(client: Client, world: World, order_id: str) -> Refund:
    """As from the Web UI."""
    refund = await waiting_refund(client, world, order_id)
    await refund.handle.cancel()
    return refund


async def waiting_refund(client: Client, world: World, order_id: str) -> Refund:
    """Start a refund, and come back when it waits for people."""
    refund = await _started(client, world, order_id)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    return refund


async def _started(client: Client, world: World, order_id: str) -> Refund:
    handle = await client.start_workflow(
        names.REFUND_WORKFLOW,
        REQUEST.model_copy(update={"order_id": order_id}),
        id=names.refund_workflow_id(order_id),
        task_queue=names.ORDER_TASK_QUEUE,
    )
    return Refund(client, world, handle)


SCENARIOS: tuple[Scenario, ...] = (
    refund_approved,
    refund_turned_down,
    refund_automatic,
    refund_expired,
    refund_refused,
    refund_of_nothing,
    refund_cancelled_by_temporal,
)
