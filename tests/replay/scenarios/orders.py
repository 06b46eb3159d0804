"""Orders that are approved, expire, fail, are cancelled, escalated or amended."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from orchestration.contracts import names
from orchestration.contracts.activities import OrderActivity, ShippingActivity
from orchestration.domain.policy.tier import Escalation, Group, Reminders
from tests.replay.scenarios.base import Scenario
from tests.support.orders import a_small_order, an_order, raw_order
from tests.support.policy import a_tier
from tests.workflows.fake_activities import (
    APPROVER,
    OTHER_APPROVER,
    REQUESTER,
    STRANGER,
    FakeActivities,
    Pause,
)
from tests.workflows.running_order import CHEAPER, RunningOrder, start, start_and_wait


async def approved(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The order waits for approval, is approved and shipped."""
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(APPROVER)
    return case


async def automatic(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Under every threshold."""
    return await start(client, fakes, a_small_order(order_id=order_id))


async def approved_before_the_gate_opened(
    client: Client, fakes: FakeActivities, order_id: str
) -> RunningOrder:
    """An approval that comes before the gate is open is held, and counts later."""
    pause = Pause(fakes, OrderActivity.VALIDATE)
    case = await start(client, fakes, an_order(order_id=order_id))
    await pause.reached.wait()
    await case.approve(APPROVER)
    pause.go_on.set()
    return case


async def refused_then_cancelled(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Unauthorised decisions and a malformed signal are refused; then the requester cancels."""
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(STRANGER, "d-1")
    await case.approve(REQUESTER, "d-2")
    await case.handle.signal(names.APPROVE_SIGNAL, "rubbish")
    await case.cancel(REQUESTER)
    return case


async def expired(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Nobody decides before the deadline."""
    fakes.tier = fakes.tier.model_copy(update={"expires_after": timedelta(seconds=1)})
    return await start(client, fakes, an_order(order_id=order_id))


async def declined(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The payment is declined."""
    error = ApplicationError("declined by the bank", type="PaymentDeclined", non_retryable=True)
    fakes.failing(OrderActivity.CHARGE, error)
    return await approved(client, fakes, order_id)


async def refunded(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The carrier refuses the address, and the payment is refunded."""
    error = ApplicationError("no delivery there", type="AddressRefused", non_retryable=True)
    fakes.failing(ShippingActivity.DISPATCH, error)
    return await approved(client, fakes, order_id)


async def retried(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Every activity fails once and is retried."""
    for activity in (*OrderActivity, *ShippingActivity, "post_card", "update_card"):
        fakes.failing(activity, RuntimeError("flaky"), times=1)
    return await approved(client, fakes, order_id)


async def cancelled_while_charging(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The order is cancelled while the payment is being charged."""
    return await _cancelled_at(OrderActivity.CHARGE, client, fakes, order_id)


async def cancelled_while_preparing(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The order is cancelled while the package is being prepared, and shipping stops."""
    return await _cancelled_at(ShippingActivity.PREPARE, client, fakes, order_id)


async def cancelled_too_late(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The order is cancelled during the handover to the carrier, and is shipped all the same."""
    return await _cancelled_at(ShippingActivity.DISPATCH, client, fakes, order_id)


async def _cancelled_at(activity: str, client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    pause = Pause(fakes, activity)
    case = await approved(client, fakes, order_id)
    await pause.reached.wait()
    await case.cancel(APPROVER)
    if activity == ShippingActivity.PREPARE:
        await case.reach_shipping_cancel()
    pause.go_on.set()
    return case


async def cancelled_by_temporal(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The workflow is cancelled in Temporal, as from the Web UI, after the charge."""
    pause = Pause(fakes, ShippingActivity.PREPARE)
    case = await approved(client, fakes, order_id)
    await pause.reached.wait()
    await case.handle.cancel()
    await case.reach_cancellation()
    await case.reach_shipping_cancel()
    pause.go_on.set()
    return case


async def malformed(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The order has no lines, and is refused with the name of the field."""
    handle = await client.start_workflow(
        names.ORDER_WORKFLOW,
        raw_order(order_id=order_id, lines=[]),
        id=names.order_workflow_id(order_id),
        task_queue=names.ORDER_TASK_QUEUE,
    )
    return RunningOrder(client, fakes, handle)


async def escalated(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Two reminders, an escalation, and an approval by somebody asked by the escalation."""
    gap = timedelta(milliseconds=300)
    directors = (Group(group="directors", members=("U0DIRECTOR",)),)
    escalation = Escalation(after=None, groups=directors, counts_for=("approvers",))
    fakes.tier = a_tier(APPROVER, reminders=Reminders(after=gap, times=2), escalations=(escalation,))
    case = await start_and_wait(client, fakes, order_id)
    while (await case.view()).gate.level == 0:
        await asyncio.sleep(0.05)
    await case.approve("U0DIRECTOR", decided_at=datetime.now(UTC))
    return case


async def amended(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """An approval, a question and its answer, an amendment that voids the approval, and two new approvals."""
    fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=2, information_stops_clock=True)
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(APPROVER, "d-1", revision=1)
    await case.ask()
    await case.answer()
    await case.amend(lines=CHEAPER)
    await case.approve(APPROVER, "d-2", revision=1)
    for number, approver in enumerate((APPROVER, OTHER_APPROVER), start=3):
        await case.approve(approver, f"d-{number}", revision=2, decided_at=datetime.now(UTC))
    return case


SCENARIOS: tuple[Scenario, ...] = (
    approved,
    automatic,
    approved_before_the_gate_opened,
    refused_then_cancelled,
    expired,
    declined,
    refunded,
    retried,
    cancelled_while_charging,
    cancelled_while_preparing,
    cancelled_too_late,
    cancelled_by_temporal,
    malformed,
    escalated,
    amended,
)
