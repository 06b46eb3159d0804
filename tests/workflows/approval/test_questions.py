"""Questions to the requester and their answers while an order waits for approval."""

from datetime import timedelta
from typing import Any

from temporalio.testing import WorkflowEnvironment

from orchestration.domain.approval.notifications import NotificationKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.order.status import OrderStatus
from tests.support.policy import a_tier
from tests.workflows.fake_activities import APPROVER, OTHER_APPROVER, REQUESTER, STRANGER, FakeActivities
from tests.workflows.running_order import start_and_wait


async def test_a_question_reaches_the_requester_and_the_answer_the_asker(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The order can still be approved, and its view says that information was asked for."""
    case = await start_and_wait(env.client, fakes)
    assert (await case.ask()).kind is VerdictKind.RECORDED
    assert "information was asked for" in ((await case.view()).waiting_for or "")
    assert (await case.answer()).kind is VerdictKind.RECORDED
    await env.sleep(timedelta(seconds=10))
    assert [(each.notification.kind, each.people) for each in fakes.notified] == [
        (NotificationKind.QUESTION, (REQUESTER,)),
        (NotificationKind.ANSWER, (APPROVER,)),
    ]
    assert [(talk.kind, talk.verdict.kind) for talk in fakes.judged_requests] == [
        ("question", "recorded"),
        ("answer", "recorded"),
    ]
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED


async def test_who_may_ask_and_who_may_answer(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """Approvers may ask, and the requester may answer, once each question, while the gate is open."""
    case = await start_and_wait(env.client, fakes)
    assert (await case.ask(STRANGER, "q-0")).kind is VerdictKind.NOT_AN_APPROVER
    assert (await case.answer(REQUESTER, "a-0")).kind is VerdictKind.NOT_WAITING
    await case.ask()
    assert (await case.answer(STRANGER, "a-2")).kind is VerdictKind.NOT_THE_REQUESTER
    assert (await case.answer()).kind is VerdictKind.RECORDED
    assert (await case.answer(REQUESTER, "a-3")).kind is VerdictKind.ALREADY_ANSWERED
    await case.cancel(APPROVER)
    await case.end()
    assert len(fakes.judged_requests) == 6


async def test_the_clock_stands_still_while_information_is_missing(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """A question after one of two hours, answered a day later: expiry comes an hour after the answer."""
    fakes.tier = a_tier(
        APPROVER, OTHER_APPROVER, expires_after=timedelta(hours=2), information_stops_clock=True
    )
    case = await start_and_wait(env.client, fakes)
    await env.sleep(timedelta(hours=1))
    await case.ask()
    await env.sleep(timedelta(days=1))
    view = await case.view()
    assert (view.status, view.gate.deadline) == (OrderStatus.PENDING_MANUAL_APPROVAL, None)
    await case.answer()
    answered = await env.get_current_time()
    deadline = (await case.view()).gate.deadline
    assert deadline is not None
    assert abs(deadline - answered - timedelta(hours=1)) < timedelta(minutes=1)
    assert (await case.end()).status is OrderStatus.EXPIRED


async def test_senseless_bodies_hurt_nobody(env: WorkflowEnvironment, fakes: FakeActivities) -> None:
    """The order waits on."""
    case = await start_and_wait(env.client, fakes)
    for signal in ("amend_order", "ask_question", "answer_question"):
        bodies: list[Any] = [None, 7, {"text": "x"}, []]
        for body in bodies:
            await case.handle.signal(signal, body)
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED
