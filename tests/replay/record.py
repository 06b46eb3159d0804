"""`python -m tests.replay.record`: run each kind of order that has no history yet, and store its history.

Never remove one to make a failing replay pass: a history that no longer replays is an order that would break
in production. Such a change needs `workflow.patched`.
"""

import asyncio
import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from localdev.temporal import TemporalServer
from orchestration.contracts import names
from orchestration.contracts.activities import OrderActivity, ShippingActivity
from orchestration.domain.policy.tier import Escalation, Group, Reminders
from tests.replay import answers, refunds, runs
from tests.replay.scene import Scenario, waiting
from tests.support.orders import a_small_order, an_order, raw_order
from tests.support.policy import a_tier
from tests.workflows.test_amend_and_ask import CHEAPER, amend, answer, ask
from tests.workflows.test_cancel import Pause, reach_decision, reach_shipping
from tests.workflows.test_refund import Refunds
from tests.workflows.world import APPROVER, OTHER_APPROVER, REQUESTER, STRANGER, Case, World, running, start

HISTORIES = Path(__file__).parent / "histories"


async def approved(client: Client, world: World, order_id: str) -> Case:
    """Waited for, approved, shipped."""
    case = await waiting(client, world, order_id)
    await case.approve(APPROVER)
    return case


async def automatic(client: Client, world: World, order_id: str) -> Case:
    """Under every threshold."""
    return await start(client, world, a_small_order(order_id=order_id))


async def approved_before_the_gate_opened(client: Client, world: World, order_id: str) -> Case:
    """Held and then counted."""
    pause = Pause(world, OrderActivity.VALIDATE)
    case = await start(client, world, an_order(order_id=order_id))
    await pause.reached.wait()
    await case.approve(APPROVER)
    pause.go_on.set()
    return case


async def refused_then_cancelled(client: Client, world: World, order_id: str) -> Case:
    """Clicks without the right, a senseless signal, and then the requester's cancel."""
    case = await waiting(client, world, order_id)
    await case.approve(STRANGER, "d-1")
    await case.approve(REQUESTER, "d-2")
    await case.handle.signal(names.APPROVE_SIGNAL, "rubbish")
    await case.cancel(REQUESTER)
    return case


async def expired(client: Client, world: World, order_id: str) -> Case:
    """Nobody decided."""
    world.tier = world.tier.model_copy(update={"expires_after": timedelta(seconds=1)})
    return await start(client, world, an_order(order_id=order_id))


async def declined(client: Client, world: World, order_id: str) -> Case:
    """The bank said no."""
    error = ApplicationError("declined by the bank", type="PaymentDeclined", non_retryable=True)
    world.failing(OrderActivity.CHARGE, error)
    return await approved(client, world, order_id)


async def refunded(client: Client, world: World, order_id: str) -> Case:
    """The carrier refused."""
    error = ApplicationError("no delivery there", type="AddressRefused", non_retryable=True)
    world.failing(ShippingActivity.DISPATCH, error)
    return await approved(client, world, order_id)


async def retried(client: Client, world: World, order_id: str) -> Case:
    """Everything failed once."""
    for activity in (*OrderActivity, *ShippingActivity, "post_card", "update_card"):
        world.failing(activity, RuntimeError("flaky"), times=1)
    return await approved(client, world, order_id)


async def cancelled_while_charging(client: Client, world: World, order_id: str) -> Case:
    """The try that was under way is waited for."""
    return await _cancelled_at(OrderActivity.CHARGE, client, world, order_id)


async def cancelled_while_preparing(client: Client, world: World, order_id: str) -> Case:
    """Shipping stopped."""
    return await _cancelled_at(ShippingActivity.PREPARE, client, world, order_id)


async def cancelled_too_late(client: Client, world: World, order_id: str) -> Case:
    """Shipping went on."""
    return await _cancelled_at(ShippingActivity.DISPATCH, client, world, order_id)


async def _cancelled_at(activity: str, client: Client, world: World, order_id: str) -> Case:
    pause = Pause(world, activity)
    case = await approved(client, world, order_id)
    await pause.reached.wait()
    await case.cancel(APPROVER)
    if activity == ShippingActivity.PREPARE:
        await reach_shipping(case)
    pause.go_on.set()
    return case


async def cancelled_by_temporal(client: Client, world: World, order_id: str) -> Case:
    """As from the Web UI, after the charge."""
    pause = Pause(world, ShippingActivity.PREPARE)
    case = await approved(client, world, order_id)
    await pause.reached.wait()
    await case.handle.cancel()
    await reach_decision(case)
    await reach_shipping(case)
    pause.go_on.set()
    return case


async def malformed(client: Client, world: World, order_id: str) -> Case:
    """Refused field by field."""
    handle = await client.start_workflow(
        names.ORDER_WORKFLOW,
        raw_order(order_id=order_id, lines=[]),
        id=names.order_workflow_id(order_id),
        task_queue=names.ORDER_TASK_QUEUE,
    )
    return Case(client, world, handle)


async def escalated(client: Client, world: World, order_id: str) -> Case:
    """Reminded twice, escalated, and approved by somebody who was asked only then."""
    gap = timedelta(milliseconds=300)
    directors = (Group(group="directors", members=("U0DIRECTOR",)),)
    escalation = Escalation(after=None, groups=directors, counts_for=("approvers",))
    world.tier = a_tier(APPROVER, reminders=Reminders(after=gap, times=2), escalations=(escalation,))
    case = await waiting(client, world, order_id)
    while (await case.view()).gate.level == 0:
        await asyncio.sleep(0.05)
    await case.approve("U0DIRECTOR", decided_at=datetime.now(UTC))
    return case


async def amended(client: Client, world: World, order_id: str) -> Case:
    """A yes, a question and its answer, an amendment that voids the yes, and two more."""
    world.tier = a_tier(APPROVER, OTHER_APPROVER, count=2, information_stops_clock=True)
    case = await waiting(client, world, order_id)
    await case.approve(APPROVER, "d-1", revision=1)
    await ask(case)
    await answer(case)
    await amend(case, lines=CHEAPER)
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
    *answers.SCENARIOS,
    *refunds.SCENARIOS,
    *runs.SCENARIOS,
)


async def _store(client: Client, name: str, workflow_id: str, run_id: str | None = None) -> None:
    """Store the history of a run, and those of the runs that it went on in."""
    history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    # Stack traces name files of the machine that recorded them; a replay does not look at them.
    text = re.sub(r'"stackTrace": *"(?:[^"\\]|\\.)*"', '"stackTrace": ""', history.to_json())
    (HISTORIES / f"{name}.json").write_text(text + "\n")
    went_on = history.events[-1].workflow_execution_continued_as_new_event_attributes
    if went_on.new_execution_run_id:
        await _store(client, f"{name}.later", workflow_id, went_on.new_execution_run_id)


async def main() -> None:
    """Record all scenarios."""
    HISTORIES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = TemporalServer(log=Path(folder) / "temporal.log")
        async with server:
            client = await Client.connect(
                server.address, data_converter=pydantic_data_converter, identity="recorder"
            )
            for scenario in SCENARIOS:
                if [*HISTORIES.glob(f"{scenario.__name__}.*")]:
                    continue  # what was recorded by an earlier release is what this is for
                order_id = scenario.__name__.replace("_", "-")
                world = Refunds() if order_id.startswith("refund-") else World(order_id)
                async with running(world, client):
                    case = await scenario(client, world, order_id)
                    try:
                        await case.handle.result()
                    except WorkflowFailureError as cancelled:
                        print(f"{order_id}: {cancelled.cause}")
                kind = case.handle.id.partition("-")[0]
                first = case.handle.first_execution_run_id
                await _store(client, f"{scenario.__name__}.{kind}", case.handle.id, first)
                try:
                    shipping = names.shipping_workflow_id(order_id)
                    await _store(client, f"{scenario.__name__}.shipping", shipping)
                except RPCError:
                    print(f"{order_id}: never shipped")


if __name__ == "__main__":
    asyncio.run(main())
