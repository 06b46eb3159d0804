"""Cancels at every stage of an order: what they stop, what is refunded, and when they come too late."""

import asyncio
from collections.abc import AsyncIterator

import pytest
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
from tests.workflows.fake_activities import (
    APPROVER,
    OTHER_APPROVER,
    REQUESTER,
    STRANGER,
    FakeActivities,
    Pause,
    running_workers,
)
from tests.workflows.running_order import start


@pytest.fixture
async def env(temporal_env: WorkflowEnvironment) -> WorkflowEnvironment:
    """The development server: the time-skipping one can lose a workflow task when an activity ends."""
    return temporal_env


@pytest.fixture
async def fakes(env: WorkflowEnvironment, unique: str) -> AsyncIterator[FakeActivities]:
    """Fake activities for an order of this test's own, with running workers."""
    fakes = FakeActivities(unique)
    async with running_workers(fakes, env.client):
        yield fakes


@pytest.mark.parametrize("activity", [OrderActivity.RECEIVE, OrderActivity.VALIDATE])
async def test_an_operator_cancels_before_the_gate_opens(
    env: WorkflowEnvironment, fakes: FakeActivities, activity: str
) -> None:
    """Nobody is asked and nothing is charged."""
    pause = Pause(fakes, activity)
    case = await start(env.client, fakes)
    await pause.reached.wait()
    verdict = await case.cancel("operator:ops")
    pause.go_on.set()
    view = await case.end()
    assert verdict.kind is VerdictKind.RECORDED
    assert view.status is OrderStatus.CANCELLED
    assert fakes.statuses[-1] is OrderStatus.CANCELLED
    assert fakes.calls["charge_payment"] == fakes.calls["refund_payment"] == 0
    assert fakes.cards == []


async def test_an_approvers_cancel_before_the_gate_opens_is_held_and_then_counts(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """Who may cancel is known only after the policy is resolved: the cancel is held until then."""
    pause = Pause(fakes, OrderActivity.VALIDATE)
    case = await start(env.client, fakes)
    await pause.reached.wait()
    early = await case.cancel(APPROVER)
    pause.go_on.set()
    view = await case.end()
    assert early.kind is VerdictKind.HELD
    assert (await case.verdict("d-cancel")).kind is VerdictKind.RECORDED
    assert view.status is OrderStatus.CANCELLED


@pytest.mark.parametrize("actor", [APPROVER, REQUESTER, "operator:ops"])
async def test_cancelled_while_it_waits_for_approval(
    env: WorkflowEnvironment, fakes: FakeActivities, actor: str
) -> None:
    """The card ends without buttons; no money moves."""
    case = await start(env.client, fakes)
    await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    verdict = await case.cancel(actor, note="no budget left")
    view = await case.end()
    assert verdict.kind is VerdictKind.RECORDED
    assert view.status is OrderStatus.CANCELLED
    assert view.reason is not None
    assert "no budget left" in view.reason
    assert fakes.cards[-1].card_status is CardStatus.CANCELLED
    assert fakes.calls["charge_payment"] == 0


async def test_a_stranger_cancels_nothing(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """Refused, audited, and the order still waits."""
    case = await start(env.client, fakes)
    await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    verdict = await case.cancel(STRANGER)
    assert verdict.kind is VerdictKind.NOT_AN_APPROVER
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert case.recorded(VerdictKind.NOT_AN_APPROVER) == ["d-cancel"]


async def test_cancelled_while_the_charge_is_under_way(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The running attempt is waited for, since it may charge, and the payment is refunded."""
    pause = Pause(fakes, OrderActivity.CHARGE)
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    await pause.reached.wait()
    verdict = await case.cancel(OTHER_APPROVER)
    pause.go_on.set()
    view = await case.end()
    assert verdict.kind is VerdictKind.RECORDED
    assert (view.status, view.payment) == (OrderStatus.CANCELLED, PaymentState.REFUNDED)
    assert fakes.calls["refund_payment"] == 1
    assert fakes.calls["prepare_package"] == 0
    assert fakes.replies == [f"Order cancelled: cancelled by {OTHER_APPROVER}. The payment was refunded."]


async def test_cancelled_while_the_gateway_keeps_failing(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The retries stop, and the refund activity finds out whether anything was charged."""
    fakes.failing(OrderActivity.CHARGE, RuntimeError("gateway away"))
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    async with asyncio.timeout(10):
        while fakes.calls[OrderActivity.CHARGE] < 1:
            await asyncio.sleep(0.01)
    await case.cancel(APPROVER)
    view = await case.end()
    assert (view.status, view.payment) == (OrderStatus.CANCELLED, PaymentState.NONE)
    assert fakes.calls["refund_payment"] == 1


async def test_cancelled_while_the_package_is_prepared(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """ShippingWorkflow is cancelled, and the verdict is final only then."""
    pause = Pause(fakes, ShippingActivity.PREPARE)
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    await pause.reached.wait()
    first = await case.cancel(APPROVER)
    await case.reach_shipping_cancel()
    pause.go_on.set()
    view = await case.end()
    assert first.kind is VerdictKind.ASKED_SHIPPING
    assert (await case.verdict("d-cancel")).kind is VerdictKind.RECORDED
    assert (view.status, view.payment) == (OrderStatus.CANCELLED, PaymentState.REFUNDED)
    assert fakes.calls["dispatch_carrier"] == 0
    shipping = env.client.get_workflow_handle(shipping_workflow_id(fakes.order_id))
    assert (await shipping.describe()).status is WorkflowExecutionStatus.CANCELED


async def test_a_cancel_before_anything_was_prepared_leaves_no_gap_in_the_audit_log(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The refund stores the status SHIPPING, which ShippingWorkflow had not stored yet."""
    fakes.failing(ShippingActivity.PREPARE, RuntimeError("the database is away"))
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    await case.reach(OrderStatus.SHIPPING)
    await case.cancel(APPROVER)
    view = await case.end()
    assert view.status is OrderStatus.CANCELLED
    assert fakes.statuses == [change.to for change in view.changes]


async def test_a_cancel_after_the_handover_is_refused(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The carrier may have the parcel already: the order is shipped, and the verdict says so."""
    pause = Pause(fakes, ShippingActivity.DISPATCH)
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    await pause.reached.wait()
    first = await case.cancel(APPROVER)
    pause.go_on.set()
    view = await case.end()
    assert first.kind is VerdictKind.ASKED_SHIPPING
    assert (await case.verdict("d-cancel")).kind is VerdictKind.CARRIER_HAS_IT
    assert (view.status, view.payment) == (OrderStatus.SHIPPED, PaymentState.CHARGED)
    assert fakes.calls["refund_payment"] == 0
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
    env: WorkflowEnvironment, fakes: FakeActivities, activity: str, ends: OrderStatus
) -> None:
    """The order is compensated in the same way, and the workflow ends as cancelled unless it was too late."""
    pause = Pause(fakes, activity)
    case = await start(env.client, fakes, a_small_order(order_id=fakes.order_id))
    await pause.reached.wait()
    await case.handle.cancel()
    await case.reach_cancellation()
    if activity == ShippingActivity.PREPARE:
        await case.reach_shipping_cancel()
    pause.go_on.set()
    if ends is OrderStatus.CANCELLED:
        with pytest.raises(WorkflowFailureError) as failure:
            await case.end()
        assert isinstance(failure.value.cause, CancelledError)
    else:
        await case.end()
    assert (await WorkflowClient(env.client).wait_for_end(fakes.order_id)).status is ends
    charged = activity != OrderActivity.RECEIVE
    refunded = charged and ends is OrderStatus.CANCELLED
    assert fakes.calls["refund_payment"] == int(refunded)
