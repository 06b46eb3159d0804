"""A cancel at every stage: what it stops, what it gives back, and when it comes too late."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import CancelledError
from temporalio.testing import WorkflowEnvironment

from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts.activities import OrderActivity, ShippingActivity
from orchestration.contracts.names import shipping_workflow_id
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import CardStatus
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from tests.support.orders import a_small_order
from tests.workflows.world import (
    APPROVER,
    OTHER_APPROVER,
    REQUESTER,
    STRANGER,
    Case,
    World,
    running,
    start,
)


@pytest.fixture
async def env(temporal_env: WorkflowEnvironment) -> WorkflowEnvironment:
    """The real server: the one that skips time can lose a workflow task when an activity ends beside it."""
    return temporal_env


@pytest.fixture
async def world(env: WorkflowEnvironment, unique: str) -> AsyncIterator[World]:
    """Workers with stand-in activities, running; an order of this test's own."""
    world = World(unique)
    async with running(world, env.client):
        yield world


class Pause:
    """Holds an activity until the test lets it go."""

    def __init__(self, world: World, activity: str) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        world.before[activity] = self._hold

    async def _hold(self) -> None:
        self.reached.set()
        await self.go_on.wait()


async def reach(case: Case, status: OrderStatus) -> None:
    """Wait for a status; the workflow tells by query, there is nothing to await from outside."""
    async with asyncio.timeout(10):
        while (await case.view()).status is not status:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("activity", [OrderActivity.RECEIVE, OrderActivity.VALIDATE])
async def test_an_operator_cancels_before_the_gate_opens(
    env: WorkflowEnvironment, world: World, activity: str
) -> None:
    """Nobody is asked and nothing is charged."""
    pause = Pause(world, activity)
    case = await start(env.client, world)
    await pause.reached.wait()
    verdict = await case.cancel("operator:ops")
    pause.go_on.set()
    view = await case.end()
    assert verdict.kind is VerdictKind.RECORDED
    assert view.status is OrderStatus.CANCELLED
    assert world.statuses[-1] is OrderStatus.CANCELLED
    assert world.calls["charge_payment"] == world.calls["refund_payment"] == 0
    assert world.cards == []


async def test_an_approvers_cancel_before_the_gate_opens_is_held_and_then_counts(
    env: WorkflowEnvironment, world: World
) -> None:
    """Who may approve is not known yet, so it waits for the policy."""
    pause = Pause(world, OrderActivity.VALIDATE)
    case = await start(env.client, world)
    await pause.reached.wait()
    early = await case.cancel(APPROVER)
    pause.go_on.set()
    view = await case.end()
    assert early.kind is VerdictKind.HELD
    assert (await case.verdict("d-cancel")).kind is VerdictKind.RECORDED
    assert view.status is OrderStatus.CANCELLED


@pytest.mark.parametrize("actor", [APPROVER, REQUESTER, "operator:ops"])
async def test_cancelled_while_it_waits_for_approval(
    env: WorkflowEnvironment, world: World, actor: str
) -> None:
    """The card ends without buttons; no money moves."""
    case = await start(env.client, world)
    await reach(case, OrderStatus.PENDING_MANUAL_APPROVAL)
    verdict = await case.cancel(actor, note="no budget left")
    view = await case.end()
    assert verdict.kind is VerdictKind.RECORDED
    assert view.status is OrderStatus.CANCELLED
    assert view.reason is not None
    assert "no budget left" in view.reason
    assert world.cards[-1].card_status is CardStatus.STOPPED
    assert world.calls["charge_payment"] == 0


async def test_a_stranger_cancels_nothing(env: WorkflowEnvironment, world: World) -> None:
    """Refused, audited, and the order still waits."""
    case = await start(env.client, world)
    await reach(case, OrderStatus.PENDING_MANUAL_APPROVAL)
    verdict = await case.cancel(STRANGER)
    assert verdict.kind is VerdictKind.NOT_AN_APPROVER
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert case.recorded(VerdictKind.NOT_AN_APPROVER) == ["d-cancel"]


async def test_cancelled_while_the_charge_is_under_way(env: WorkflowEnvironment, world: World) -> None:
    """The try that may have charged is waited for, and its money given back."""
    pause = Pause(world, OrderActivity.CHARGE)
    case = await start(env.client, world)
    await case.approve(APPROVER)
    await pause.reached.wait()
    verdict = await case.cancel(OTHER_APPROVER)
    pause.go_on.set()
    view = await case.end()
    assert verdict.kind is VerdictKind.RECORDED
    assert (view.status, view.payment) == (OrderStatus.CANCELLED, PaymentState.REFUNDED)
    assert world.calls["refund_payment"] == 1
    assert world.calls["prepare_package"] == 0
    assert world.replies == [f"Order cancelled: cancelled by {OTHER_APPROVER}. The payment was refunded."]


async def test_cancelled_while_the_gateway_keeps_failing(env: WorkflowEnvironment, world: World) -> None:
    """Its retries stop, and the refund settles what is unknown."""
    world.failing(OrderActivity.CHARGE, RuntimeError("gateway away"))
    case = await start(env.client, world)
    await case.approve(APPROVER)
    async with asyncio.timeout(10):
        while world.calls[OrderActivity.CHARGE] < 1:
            await asyncio.sleep(0.01)
    await case.cancel(APPROVER)
    view = await case.end()
    assert (view.status, view.payment) == (OrderStatus.CANCELLED, PaymentState.NONE)
    assert world.calls["refund_payment"] == 1


async def test_cancelled_while_the_package_is_prepared(env: WorkflowEnvironment, world: World) -> None:
    """Shipping is asked and stops; only then the verdict is the last word."""
    pause = Pause(world, ShippingActivity.PREPARE)
    case = await start(env.client, world)
    await case.approve(APPROVER)
    await pause.reached.wait()
    first = await case.cancel(APPROVER)
    await reach_shipping(case)
    pause.go_on.set()
    view = await case.end()
    assert first.kind is VerdictKind.ASKED_SHIPPING
    assert (await case.verdict("d-cancel")).kind is VerdictKind.RECORDED
    assert (view.status, view.payment) == (OrderStatus.CANCELLED, PaymentState.REFUNDED)
    assert world.calls["dispatch_carrier"] == 0
    shipping = env.client.get_workflow_handle(shipping_workflow_id(world.order_id))
    assert (await shipping.describe()).status is WorkflowExecutionStatus.CANCELED


async def test_a_cancel_before_anything_was_prepared_leaves_no_gap_in_the_audit_log(
    env: WorkflowEnvironment, world: World
) -> None:
    """Shipping was to store its own beginning, and never got so far: the refund stores it."""
    world.failing(ShippingActivity.PREPARE, RuntimeError("the database is away"))
    case = await start(env.client, world)
    await case.approve(APPROVER)
    await reach(case, OrderStatus.SHIPPING)
    await case.cancel(APPROVER)
    view = await case.end()
    assert view.status is OrderStatus.CANCELLED
    assert world.statuses == [change.to for change in view.changes]


async def test_a_cancel_after_the_handover_is_refused(env: WorkflowEnvironment, world: World) -> None:
    """Nobody can tell whether the carrier has it, so the order goes on and the verdict says so."""
    pause = Pause(world, ShippingActivity.DISPATCH)
    case = await start(env.client, world)
    await case.approve(APPROVER)
    await pause.reached.wait()
    first = await case.cancel(APPROVER)
    pause.go_on.set()
    view = await case.end()
    assert first.kind is VerdictKind.ASKED_SHIPPING
    assert (await case.verdict("d-cancel")).kind is VerdictKind.CARRIER_HAS_IT
    assert (view.status, view.payment) == (OrderStatus.SHIPPED, PaymentState.CHARGED)
    assert world.calls["refund_payment"] == 0
    assert case.recorded(VerdictKind.CARRIER_HAS_IT) == ["d-cancel"]


@pytest.mark.parametrize(
    ("activity", "ends"),
    [
        (OrderActivity.RECEIVE, OrderStatus.CANCELLED),
        (OrderActivity.CHARGE, OrderStatus.CANCELLED),
        (ShippingActivity.PREPARE, OrderStatus.CANCELLED),
        (ShippingActivity.DISPATCH, OrderStatus.SHIPPED),
    ],
)
async def test_cancelling_the_workflow_is_a_cancel_decision(
    env: WorkflowEnvironment, world: World, activity: str, ends: OrderStatus
) -> None:
    """The same compensation; Temporal then shows the workflow as cancelled, unless it came too late."""
    pause = Pause(world, activity)
    case = await start(env.client, world, a_small_order(order_id=world.order_id))
    await pause.reached.wait()
    await case.handle.cancel()
    await reach_decision(case)
    if activity == ShippingActivity.PREPARE:
        await reach_shipping(case)
    pause.go_on.set()
    if ends is OrderStatus.CANCELLED:
        with pytest.raises(WorkflowFailureError) as failure:
            await case.end()
        assert isinstance(failure.value.cause, CancelledError)
    else:
        await case.end()
    assert (await WorkflowClient(env.client).wait_for_end(world.order_id)).status is ends
    charged = activity != OrderActivity.RECEIVE
    refunded = charged and ends is OrderStatus.CANCELLED
    assert world.calls["refund_payment"] == int(refunded)


async def reach_shipping(case: Case) -> None:
    """Wait until shipping has heard of the cancel, while it still prepares."""
    shipping = case.client.get_workflow_handle(shipping_workflow_id(case.world.order_id))
    async with asyncio.timeout(10):
        while True:
            history = await shipping.fetch_history()
            types = {event.event_type for event in history.events}
            if EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED in types:
                return
            await asyncio.sleep(0.01)


async def reach_decision(case: Case) -> None:
    """Wait until the workflow has heard of its own cancellation."""
    run_id = (await case.handle.describe()).run_id
    async with asyncio.timeout(10):
        while await case.handle.query("verdict", f"temporal-{run_id}") is None:
            await asyncio.sleep(0.01)
