"""What an approval costs in Temporal: workflow tasks for each decision, timers for each deadline."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.policy.tier import Reminders
from tests.support.policy import a_tier
from tests.workflows.fake_activities import (
    APPROVER,
    OTHER_APPROVER,
    STRANGER,
    FakeActivities,
    running_workers,
)
from tests.workflows.running_order import RunningOrder, start_and_wait

TASK = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
TIMER = EventType.EVENT_TYPE_TIMER_STARTED
DECIDE_LATER = ("d-refused-1", "d-refused-2", "d-refused-3")


async def counted(case: RunningOrder) -> Counter[int]:
    history = await case.handle.fetch_history()
    return Counter(event.event_type for event in history.events)


async def start_with_card(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    case = await start_and_wait(client, fakes, order_id)
    while not (await case.view()).card:
        await asyncio.sleep(0.01)
    return case


async def test_a_gate_has_one_timer_for_its_deadline(temporal_client: Client, unique: str) -> None:
    """Decisions start no timers. A refused one costs a workflow task that judges it, and one that learns that
    it is stored.
    """
    fakes = FakeActivities(unique)
    async with running_workers(fakes, temporal_client):
        case = await start_with_card(temporal_client, fakes, unique)
        before = await counted(case)
        for decision_id in DECIDE_LATER:
            assert (await case.approve(STRANGER, decision_id)).kind is VerdictKind.NOT_AN_APPROVER
            while decision_id not in case.recorded(VerdictKind.NOT_AN_APPROVER):
                await asyncio.sleep(0.01)
        after = await counted(case)
        await case.approve(APPROVER)
        await case.end()
        assert before[TIMER] == after[TIMER] == 1
        assert after[TASK] - before[TASK] <= 2 * len(DECIDE_LATER)


@pytest.mark.parametrize("reminders", [0, 3])
async def test_each_reminder_has_one_timer(temporal_client: Client, unique: str, reminders: int) -> None:
    """One timer runs at a time: for the next reminder, then for the deadline."""
    fakes = FakeActivities(unique)
    gap = timedelta(milliseconds=200)
    if reminders:
        fakes.tier = a_tier(
            APPROVER, reminders=Reminders(after=gap, growing=1, times=reminders), expires_after=timedelta(1)
        )
    async with running_workers(fakes, temporal_client):
        case = await start_with_card(temporal_client, fakes, unique)
        while len(fakes.noticed) < reminders:
            await asyncio.sleep(0.01)
        gate = await counted(case)
        await case.approve(APPROVER)
        await case.end()
    # Not those of the card, which waits a moment between two drawings.
    assert gate[TIMER] == reminders + 1


async def test_a_second_approver_costs_two_more_tasks_and_one_more_drawing(
    temporal_client: Client, unique: str
) -> None:
    """One task judges the decision, one learns that it is stored, and one that the card is updated."""
    tasks = []
    for count in (1, 2):
        fakes = FakeActivities(f"{unique}-{count}")
        fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=count)
        async with running_workers(fakes, temporal_client):
            case = await start_with_card(temporal_client, fakes, f"{unique}-{count}")
            for number, approver in enumerate((APPROVER, OTHER_APPROVER)[:count]):
                await case.approve(approver, f"d-{number}")
                drawn = number + 1 == count or fakes.calls["update_card"]
                while number + 1 < count and not drawn:
                    drawn = fakes.calls["update_card"]
                    await asyncio.sleep(0.01)
            await case.end()
        tasks.append((await counted(case))[TASK])
    assert tasks[1] - tasks[0] <= 4
