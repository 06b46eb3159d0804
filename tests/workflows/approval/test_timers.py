"""Reminders, escalations, expiry and continue-as-new of an order that waits for approval."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from orchestration.domain.approval.notifications import NotificationKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import CardStatus
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.tier import Escalation, ExpiryStatus, Group, Reminders
from orchestration.domain.policy.working_hours import WorkingHours, offsets_of
from orchestration.workflows.approval import timer
from tests.support.orders import an_order
from tests.support.policy import a_tier
from tests.workflows.fake_activities import (
    APPROVER,
    OTHER_APPROVER,
    REQUESTER,
    STRANGER,
    FakeActivities,
    running_workers,
)
from tests.workflows.running_order import RunningOrder, start, start_and_wait

BERLIN = ZoneInfo("Europe/Berlin")
DIRECTOR = "U0DIRECTOR"


def office(now: datetime, *holidays: date) -> WorkingHours:
    return WorkingHours(
        name="office",
        zone="Europe/Berlin",
        days=(0, 1, 2, 3, 4),
        opens=9 * 60,
        closes=17 * 60,
        holidays=holidays,
        offsets=offsets_of("Europe/Berlin", now),
    )


def told(fakes: FakeActivities, kind: NotificationKind) -> list[int]:
    return [each.notification.number for each in fakes.notified if each.notification.kind is kind]


async def test_reminders_come_with_growing_gaps_and_stop_with_the_decision(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """Reminders come after 1 h, 2 h and 4 h, to approvers still needed, until the decision."""
    fakes.tier = a_tier(
        APPROVER, OTHER_APPROVER, REQUESTER, count=2, reminders=Reminders(after=timedelta(hours=1), times=9)
    )
    case = await start_and_wait(env.client, fakes)
    view = await case.view()
    begun = view.gate.opened_at
    assert begun is not None
    await case.approve(APPROVER, decided_at=begun)
    await env.sleep(timedelta(hours=8))
    gaps = [each.notification.at - begun for each in fakes.notified]
    assert [round(gap / timedelta(hours=1)) for gap in gaps] == [1, 3, 7]
    assert {each.people for each in fakes.notified} == {(OTHER_APPROVER,)}
    assert all(REQUESTER in each.excluded for each in fakes.notified)
    await case.approve(OTHER_APPROVER, "d-2", decided_at=begun)
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert len(fakes.notified) == 3


async def test_reminders_are_quiet_outside_working_hours(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """Every reminder comes within working hours, over nights, a weekend and a holiday."""
    now = await env.get_current_time()
    monday = (now.astimezone(BERLIN) + timedelta(days=7 - now.astimezone(BERLIN).weekday())).date()
    hours = office(now, monday)
    fakes.tier = a_tier(
        APPROVER,
        hours=hours,
        expires_after=None,
        reminders=Reminders(after=timedelta(hours=5), growing=1, times=30),
    )
    await start_and_wait(env.client, fakes)
    await env.sleep(timedelta(days=14))
    assert len(fakes.notified) > 9
    for each in fakes.notified:
        local = each.notification.at.astimezone(BERLIN)
        assert (local.weekday() < 5, 9 <= local.hour < 17, local.date() != monday) == (True, True, True)


@pytest.mark.parametrize(
    ("opens", "deadline"),
    [
        # Friday 15:00 to Monday 11:00: 2 h, a weekend, 2 h.
        ("2027-01-08T15:00", "2027-01-11T11:00"),
        # The same over the change to summer time in the night to Sunday, and back.
        ("2027-03-26T15:00", "2027-03-29T11:00"),
        ("2027-10-29T15:00", "2027-11-01T11:00"),
    ],
)
async def test_the_clock_stops_outside_working_hours(
    env: WorkflowEnvironment, fakes: FakeActivities, opens: str, deadline: str
) -> None:
    """Four working hours from a Friday afternoon end on Monday morning by the wall clock."""
    start_at = datetime.fromisoformat(opens).replace(tzinfo=BERLIN).astimezone(UTC)
    await env.sleep(start_at - await env.get_current_time())
    hours = office(start_at)
    fakes.tier = a_tier(
        APPROVER, hours=hours, clock_stops_outside_hours=True, expires_after=timedelta(hours=4)
    )
    case = await start(env.client, fakes)
    view = await case.end()
    assert view.status is OrderStatus.EXPIRED
    ended = view.changes[-1].at.astimezone(BERLIN)
    expected = datetime.fromisoformat(deadline).replace(tzinfo=BERLIN)
    assert abs(ended - expected) < timedelta(minutes=5)


async def test_escalation_asks_further_people_whose_yes_then_counts(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """Directors may approve only after the escalation, which the card and their channel show."""
    escalation = Escalation(
        after=timedelta(hours=4),
        groups=(Group(group="directors", members=(DIRECTOR,)),),
        channels=("C0DIRECTOR",),
        counts_for=("approvers",),
    )
    fakes.tier = a_tier(APPROVER, escalations=(escalation,))
    case = await start_and_wait(env.client, fakes)
    early = await case.approve(DIRECTOR, "d-early", decided_at=await env.get_current_time())
    assert early.kind is VerdictKind.NOT_AN_APPROVER
    await env.sleep(timedelta(hours=5))
    (notification,) = fakes.notified
    assert (notification.people, notification.channels) == ((DIRECTOR,), ("C0DIRECTOR",))
    assert fakes.cards[-1].gate.level == 1
    late = await case.approve(DIRECTOR, "d-late", decided_at=await env.get_current_time())
    assert late.kind is VerdictKind.RECORDED
    assert (await case.end()).status is OrderStatus.SHIPPED
    kinds = {notification.kind for notification in fakes.noticed}
    assert kinds == {NotificationKind.ESCALATION}


async def test_escalation_once_the_reminders_have_run_out(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The escalation comes when the third of two reminders would be due."""
    escalation = Escalation(
        after=None, groups=(Group(group="directors", members=(DIRECTOR,)),), counts_for=("approvers",)
    )
    fakes.tier = a_tier(
        APPROVER, escalations=(escalation,), reminders=Reminders(after=timedelta(hours=1), times=2)
    )
    await start_and_wait(env.client, fakes)
    await env.sleep(timedelta(hours=24))
    assert told(fakes, NotificationKind.REMINDER) == [1, 2]
    assert told(fakes, NotificationKind.ESCALATION) == [1]
    gaps = [
        later.notification.at - one.notification.at
        for one, later in zip(fakes.notified, fakes.notified[1:], strict=False)
    ]
    assert [round(gap / timedelta(hours=1)) for gap in gaps] == [2, 4]


async def test_an_expiry_that_cancels(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """The tier's setting makes an expired order CANCELLED."""
    fakes.tier = a_tier(APPROVER, expires_after=timedelta(hours=1), expires_as=ExpiryStatus.CANCELLED)
    view = await (await start(env.client, fakes)).end()
    assert (view.status, view.reason) == (OrderStatus.CANCELLED, "nobody decided in time")


async def test_an_expiry_at_a_fixed_hour(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """The order expires at the first 18:00 in Berlin after 24 hours."""
    now = await env.get_current_time()
    fakes.tier = a_tier(APPROVER, hours=office(now), expires_after=timedelta(hours=24), expires_at=18 * 60)
    view = await (await start(env.client, fakes)).end()
    ended = view.changes[-1].at.astimezone(BERLIN)
    assert (ended.hour, ended.minute) in {(18, 0), (18, 1)}
    assert timedelta(hours=24) <= ended - now < timedelta(hours=48, minutes=5)


async def test_a_year_of_reminders_and_a_thousand_refused_clicks(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The history stays short, every decision is stored once, and an approval after a year still counts."""
    fakes.tier = a_tier(
        APPROVER,
        OTHER_APPROVER,
        count=2,
        expires_after=None,
        reminders=Reminders(after=timedelta(days=1), growing=1, times=1000),
    )
    case = await start_and_wait(env.client, fakes)
    counted = await case.approve(APPROVER)
    runs, lengths = set(), []
    for batch in range(20):
        for click in range(50):
            await case.signal("approve_order", STRANGER, f"d-{batch}-{click}")
        await env.sleep(timedelta(days=18, hours=6))
        described = await case.handle.describe()
        runs.add(described.run_id)
        lengths.append(described.history_length)
    assert len(runs) > 2
    assert max(lengths) < timer.MAX_EVENTS + 100
    assert len(fakes.notified) > 350
    assert {each.people for each in fakes.notified} == {(OTHER_APPROVER,)}
    refused = case.recorded(VerdictKind.NOT_AN_APPROVER)
    assert len(refused) == len(set(refused)) == 1000
    assert fakes.calls["post_card"] == 1
    again = await case.approve(APPROVER, "d-again")
    assert (counted.kind, again.kind) == (VerdictKind.COUNTED, VerdictKind.ALREADY_APPROVED)
    await case.signal("approve_order", OTHER_APPROVER, "d-last", decided_at=await env.get_current_time())
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert fakes.cards[-1].card_status is CardStatus.DONE


async def test_workers_that_were_away(temporal_client: Client, unique: str) -> None:
    """After an outage one reminder is sent, not all that were missed, and the escalation that was due.

    On the real server and in miniature: the other one stands still while no worker is there.
    """
    fakes = FakeActivities(unique)
    gap = timedelta(milliseconds=300)
    directors = (Group(group="directors", members=(DIRECTOR,)),)
    fakes.tier = a_tier(
        APPROVER,
        expires_after=None,
        escalations=(Escalation(after=5 * gap, groups=directors, counts_for=("approvers",)),),
        reminders=Reminders(after=gap, growing=1, times=999),
    )
    async with running_workers(fakes, temporal_client):
        case = await start(temporal_client, fakes, an_order(order_id=unique))
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    gone = datetime.now(UTC)
    while datetime.now(UTC) < gone + 8 * gap:
        await asyncio.sleep(0.05)
    async with running_workers(fakes, temporal_client):
        async with asyncio.timeout(40):
            while len(fakes.notified) < 4:
                await asyncio.sleep(0.05)
        verdict = await case.approve(DIRECTOR, decided_at=datetime.now(UTC))
        assert verdict.kind is VerdictKind.RECORDED
        await case.end()
    assert told(fakes, NotificationKind.ESCALATION) == [1]
    reminders = [
        each.notification.at for each in fakes.notified if each.notification.kind is NotificationKind.REMINDER
    ]
    assert all(later - one >= gap for one, later in pairwise(reminders))


async def test_nobody_starts_an_approved_order(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """A start with the state of a previous run is ignored: that state counts only after continue-as-new."""
    case = await start_and_wait(env.client, fakes)
    stolen = (await case.view()).model_dump(mode="json")
    timer = {
        "started_at": stolen["updated_at"],
        "order_state": {"gate": stolen["gate"], "status": "APPROVED"},
        "version": 9,
        "verdicts": [],
        "pending_writes": {"order_id": "ord-2"},
        "card": {"ref": None, "shown_version": 0, "problem": None},
    }
    carried = {"order": stolen["order"] | {"order_id": "ord-2"}, "gate": timer}
    handle = await env.client.start_workflow(
        "OrderWorkflow",
        args=[stolen["order"] | {"order_id": "ord-2"}, carried],
        id="order-ord-2",
        task_queue="order-tq",
    )
    other = RunningOrder(env.client, fakes, handle)
    await other.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    assert fakes.calls["charge_payment"] == 0
