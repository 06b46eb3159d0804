"""Orders that expire, are declined, cannot be shipped, are malformed, or run out of time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from orchestration.contracts import activity_options, names
from orchestration.contracts.activities import OrderActivity, ShippingActivity
from orchestration.contracts.activity_options import ActivityOptions
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import CardStatus
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from tests.support.orders import an_order, raw_order
from tests.workflows.fake_activities import APPROVER, FakeActivities, Pause, running_workers
from tests.workflows.running_order import start

DECLINED = ApplicationError("declined by the bank", type="PaymentDeclined", non_retryable=True)


async def test_nobody_decides_and_it_expires(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """The order expires after the tier's time, not before, and the card shows it."""
    case = await start(env.client, fakes)
    view = await case.end()
    assert view.status is OrderStatus.EXPIRED
    assert fakes.statuses[-1] is OrderStatus.EXPIRED
    assert fakes.cards[-1].card_status is CardStatus.EXPIRED
    opened, ended = view.gate.opened_at, view.changes[-1].at
    assert opened is not None
    assert timedelta(hours=72) <= ended - opened < timedelta(hours=72, minutes=1)


@pytest.mark.parametrize(("late_by", "ends"), [(1, OrderStatus.EXPIRED), (-1, OrderStatus.SHIPPED)])
async def test_a_click_is_judged_by_its_own_time_and_not_by_its_arrival(
    temporal_client: Client, unique: str, late_by: int, ends: OrderStatus
) -> None:
    """A click from before the deadline counts although the workers were away when the deadline passed."""
    fakes = FakeActivities()
    fakes.tier = fakes.tier.model_copy(update={"expires_after": timedelta(seconds=2)})
    async with running_workers(fakes, temporal_client):
        case = await start(temporal_client, fakes, an_order(order_id=unique))
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        deadline = (await case.view()).gate.deadline
    assert deadline is not None
    while datetime.now(UTC) <= deadline + timedelta(seconds=abs(late_by)):
        await asyncio.sleep(0.05)
    clicked_at = deadline + timedelta(seconds=late_by)
    await case.signal("approve_order", APPROVER, "waited", decided_at=clicked_at)
    async with running_workers(fakes, temporal_client):
        view = await case.end()
        verdict = await case.verdict("waited")
    assert view.status is ends
    assert (verdict.kind is VerdictKind.EXPIRED) is (late_by > 0)


async def test_the_run_timeout_leaves_time_to_expire(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """The order ends as expired, with its card updated, before Temporal would terminate it."""
    case = await start(env.client, fakes, run_timeout=timedelta(minutes=30))
    view = await case.end()
    assert view.status is OrderStatus.EXPIRED
    assert view.gate.deadline is not None
    assert view.gate.opened_at is not None
    assert view.gate.deadline - view.gate.opened_at <= timedelta(minutes=29)
    assert fakes.cards[-1].card_status is CardStatus.EXPIRED


async def test_a_decline_fails_the_order_at_once(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """A decline is not retried; the reason is on the card and in its thread."""
    fakes.failing(OrderActivity.CHARGE, DECLINED)
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    view = await case.end()
    assert (view.status, view.payment) == (OrderStatus.FAILED, PaymentState.NONE)
    assert fakes.calls["charge_payment"] == 1
    assert view.reason == "payment failed: declined by the bank"
    assert [each.text for each in fakes.cards[-1].remarks if each.label == "Reason"] == [view.reason]
    assert fakes.replies == ["Order failed: payment failed: declined by the bank."]


@pytest.mark.parametrize("activity", list(ShippingActivity))
async def test_shipping_that_fails_for_good_refunds(
    env: WorkflowEnvironment, fakes: FakeActivities, activity: str
) -> None:
    """The payment is refunded, once."""
    refused = ApplicationError("no delivery there", type="AddressRefused", non_retryable=True)
    fakes.failing(activity, refused)
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    view = await case.end()
    assert (view.status, view.payment) == (OrderStatus.FAILED, PaymentState.REFUNDED)
    assert fakes.calls["refund_payment"] == 1
    assert fakes.replies == ["Order failed: shipping failed: no delivery there. The payment was refunded."]


async def test_a_shipping_workflow_that_is_there_already_refunds(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """Another workflow has the id of the child: the order fails, and the payment is refunded."""
    await env.client.start_workflow(
        names.SHIPPING_WORKFLOW,
        id=names.shipping_workflow_id("ord-1"),
        task_queue="nobody-polls-this",
    )
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    view = await case.end()
    assert (view.status, view.payment) == (OrderStatus.FAILED, PaymentState.REFUNDED)


async def test_the_carrier_is_away_for_too_long(
    env: WorkflowEnvironment, fakes: FakeActivities, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment is refunded. (After ten minutes here: the test server is slow at retries.)"""
    monkeypatch.setattr(
        activity_options,
        "SHIP",
        ActivityOptions(activity_options.SHIP.retry_policy, schedule_to_close=timedelta(minutes=10)),
    )
    fakes.failing(ShippingActivity.DISPATCH, RuntimeError("away"))
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    view = await case.end()
    assert (view.status, view.payment) == (OrderStatus.FAILED, PaymentState.REFUNDED)
    assert fakes.calls["dispatch_carrier"] > 10


_AMENDING = {OrderActivity.CHECK_AMENDMENT, OrderActivity.AMEND}  # see test_amendments


@pytest.mark.parametrize("activity", sorted({*OrderActivity, *ShippingActivity} - _AMENDING))
async def test_every_activity_may_fail_twice(
    env: WorkflowEnvironment, fakes: FakeActivities, activity: str
) -> None:
    """Retries lead to the same end."""
    fakes.failing(activity, RuntimeError("flaky"), times=2)
    if activity == OrderActivity.REFUND:
        refused = ApplicationError("no delivery there", type="AddressRefused", non_retryable=True)
        fakes.failing(ShippingActivity.PREPARE, refused)
    case = await start(env.client, fakes)
    if activity == OrderActivity.RECORD:
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        await case.approve("U0MALLORY", "d-refused")
    await case.approve(APPROVER)
    view = await case.end()
    assert view.status is (OrderStatus.FAILED if activity == OrderActivity.REFUND else OrderStatus.SHIPPED)
    assert fakes.calls[activity] >= 3


@pytest.mark.parametrize(
    "submission",
    [
        "an order, please",
        17,
        [],
        {},
        raw_order(order_id="ord-raw", lines=[]),
        raw_order(order_id="ord-raw", amount=-1),
        raw_order(order_id="ord-raw", customer="x" * 10_000),
        raw_order(order_id="ord-raw", currency="XXX"),
        raw_order(order_id="ord-raw", surprise=True),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_malformed_order_fails_with_a_reason(
    env: WorkflowEnvironment, fakes: FakeActivities, submission: object
) -> None:
    """A malformed order ends as FAILED with the wrong field in the reason, whatever was sent."""
    case = await start(env.client, fakes, submission)
    view = await case.end()
    assert view.status is OrderStatus.FAILED
    assert view.reason
    assert fakes.calls["receive_order"] == 1
    assert fakes.calls["charge_payment"] == 0


async def test_a_signal_with_a_senseless_body_is_refused(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """A malformed signal is recorded as such; the order waits on and can still be approved."""
    case = await start(env.client, fakes)
    await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    for body in ("yes", {"decision_id": "x"}, None, 3):
        await case.handle.signal("approve_order", body)
    await case.handle.signal("cancel_order")
    assert (await case.view()).status is OrderStatus.PENDING_MANUAL_APPROVAL
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert len(case.recorded(VerdictKind.MALFORMED)) == 5


async def test_a_decision_delivered_twice_is_one(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """A decision id is judged once, even if it is sent again as another kind of decision."""
    case = await start(env.client, fakes)
    pause = Pause(fakes, OrderActivity.CHARGE)
    first = await case.approve(APPROVER, "same")
    await pause.reached.wait()
    assert await case.approve(APPROVER, "same") == await case.verdict("same")
    await case.cancel(APPROVER, "same")
    pause.go_on.set()
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert first.kind in {VerdictKind.RECORDED, VerdictKind.HELD}
    assert case.recorded(VerdictKind.RECORDED) == ["same"]


async def test_two_people_click_in_the_same_moment(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """One decision is recorded; the verdict on the other says by whom and when the order was decided."""
    case = await start(env.client, fakes)
    await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    now = datetime.now(UTC)
    await asyncio.gather(
        case.signal("approve_order", "U0ALICE01", "a", decided_at=now),
        case.signal("approve_order", "U0CAROL01", "b", decided_at=now),
    )
    await case.end()
    verdicts = [await case.verdict("a"), await case.verdict("b")]
    kinds = sorted(verdict.kind for verdict in verdicts)
    assert kinds == [VerdictKind.ALREADY_OVER, VerdictKind.RECORDED]
    (late,) = (verdict for verdict in verdicts if verdict.kind is VerdictKind.ALREADY_OVER)
    assert late.outcome is not None
    assert late.outcome.by.id != late.decision_id


async def test_slack_is_away_and_the_order_goes_on(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """The order can be approved while the card cannot be posted; later one card shows the end."""
    fakes.failing("post_card", RuntimeError("not_in_channel"), times=8)
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    view = await case.end()
    assert view.status is OrderStatus.SHIPPED
    assert fakes.calls["post_card"] == 9
    assert fakes.cards[-1].card_status is CardStatus.DONE


async def test_a_card_that_slack_refuses_for_good_does_not_stop_the_order(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The order ships, and its view has the problem with the card."""
    fakes.failing("post_card", ApplicationError("invalid_blocks", non_retryable=True))
    case = await start(env.client, fakes)
    await case.approve(APPROVER)
    view = await case.end()
    assert view.status is OrderStatus.SHIPPED
    assert view.card is None
    assert view.card_problem == "invalid_blocks"
