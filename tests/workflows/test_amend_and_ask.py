"""What happens at an open gate besides decisions: questions, answers, amendments."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from orchestration.contracts import names
from orchestration.contracts.activities import OrderActivity
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.notifications import NotificationKind
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import OrderLine
from orchestration.domain.order.status import OrderStatus
from tests.support.policy import a_tier
from tests.workflows.test_cancel import Pause
from tests.workflows.test_gate import opened
from tests.workflows.world import APPROVER, OTHER_APPROVER, REQUESTER, STRANGER, Case, World

NOW = datetime(2020, 1, 1, tzinfo=UTC)
CHEAPER = (OrderLine(sku="CHAIR-9", description="Office chair", quantity=3, unit_price=24_900),)
TINY = (OrderLine(sku="PEN-1", description="Pen", quantity=1, unit_price=200),)


def person(user: str) -> Actor:
    return Actor(kind=ActorKind.SLACK_USER, id=user)


async def ask(case: Case, user: str = APPROVER, question_id: str = "q-1") -> Verdict:
    request = QuestionRequest(
        question_id=question_id, actor=person(user), surface=Surface.MODAL, asked_at=NOW, text="Which office?"
    )
    await case.handle.signal(names.ASK_QUESTION_SIGNAL, request)
    return await case.verdict(question_id)


async def answer(case: Case, user: str = REQUESTER, answer_id: str = "a-1") -> Verdict:
    given = AnswerRequest(
        answer_id=answer_id,
        question_id="q-1",
        actor=person(user),
        surface=Surface.MODAL,
        answered_at=NOW,
        text="The one in Kiel",
    )
    await case.handle.signal(names.ANSWER_QUESTION_SIGNAL, given)
    return await case.verdict(answer_id)


async def amend(case: Case, user: str = REQUESTER, amend_id: str = "m-1", **changes: Any) -> Verdict:
    request = AmendRequest(
        amend_id=amend_id, actor=person(user), surface=Surface.CLI, amended_at=NOW, **changes
    )
    await case.handle.signal(names.AMEND_SIGNAL, request)
    while (verdict := await case.verdict(amend_id)).kind is VerdictKind.HELD:
        await asyncio.sleep(0.01)
    return verdict


async def test_a_question_reaches_the_requester_and_the_answer_the_asker(
    env: WorkflowEnvironment, world: World
) -> None:
    """Approving stays possible meanwhile; the view says what is waited for."""
    case = await opened(env, world)
    assert (await ask(case)).kind is VerdictKind.RECORDED
    assert "information was asked for" in ((await case.view()).waiting_for or "")
    assert (await answer(case)).kind is VerdictKind.RECORDED
    await env.sleep(timedelta(seconds=10))
    assert [(each.notification.kind, each.people) for each in world.notified] == [
        (NotificationKind.QUESTION, (REQUESTER,)),
        (NotificationKind.ANSWER, (APPROVER,)),
    ]
    assert [(talk.kind, talk.verdict.kind) for talk in world.judged_requests] == [
        ("question", "recorded"),
        ("answer", "recorded"),
    ]
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED


async def test_who_may_ask_and_who_may_answer(env: WorkflowEnvironment, world: World) -> None:
    """The tier's people, and the requester; one answer to a question; nothing after the decision."""
    case = await opened(env, world)
    assert (await ask(case, STRANGER, "q-0")).kind is VerdictKind.NOT_AN_APPROVER
    assert (await answer(case, REQUESTER, "a-0")).kind is VerdictKind.NOT_WAITING
    await ask(case)
    assert (await answer(case, STRANGER, "a-2")).kind is VerdictKind.NOT_THE_REQUESTER
    assert (await answer(case)).kind is VerdictKind.RECORDED
    assert (await answer(case, REQUESTER, "a-3")).kind is VerdictKind.ALREADY_ANSWERED
    await case.cancel(APPROVER)
    await case.end()
    assert len(world.judged_requests) == 6


async def test_the_clock_stands_still_while_information_is_missing(
    env: WorkflowEnvironment, world: World
) -> None:
    """Asked after one of two hours and answered a day later, it expires an hour after the answer."""
    world.tier = a_tier(
        APPROVER, OTHER_APPROVER, expires_after=timedelta(hours=2), information_stops_clock=True
    )
    case = await opened(env, world)
    await env.sleep(timedelta(hours=1))
    await ask(case)
    await env.sleep(timedelta(days=1))
    view = await case.view()
    assert (view.status, view.gate.deadline) == (OrderStatus.PENDING_MANUAL_APPROVAL, None)
    await answer(case)
    answered = await env.get_current_time()
    deadline = (await case.view()).gate.deadline
    assert deadline is not None
    assert abs(deadline - answered - timedelta(hours=1)) < timedelta(minutes=1)
    assert (await case.end()).status is OrderStatus.EXPIRED


async def test_an_amendment_voids_what_was_approved_and_refuses_the_old_click(
    env: WorkflowEnvironment, world: World
) -> None:
    """New content, new revision, new card; who saw the old one has to look again."""
    world.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    case = await opened(env, world)
    assert (await case.approve(APPROVER, revision=1)).kind is VerdictKind.COUNTED
    assert (await amend(case, lines=CHEAPER)).kind is VerdictKind.RECORDED
    view = await case.view()
    assert (view.gate.revision, view.gate.approvals) == (2, ())
    assert view.order is not None
    assert view.order.amount == 74_700
    old = await case.approve(OTHER_APPROVER, "d-old", revision=1)
    assert old.kind is VerdictKind.ORDER_CHANGED
    now = await env.get_current_time()
    for number, user in enumerate((APPROVER, OTHER_APPROVER)):
        await case.approve(user, f"d-new-{number}", revision=2, decided_at=now)
    assert (await case.end()).order == view.order
    (stored,) = world.amendments
    assert (stored.revision, stored.voided, stored.order.amount) == (2, (APPROVER,), 74_700)
    assert world.cards[-1].order == view.order


async def test_an_amendment_under_the_threshold_needs_nobody(env: WorkflowEnvironment, world: World) -> None:
    """It falls under another tier."""
    case = await opened(env, world)
    await amend(case, lines=TINY)
    view = await case.end()
    assert view.status is OrderStatus.SHIPPED
    assert view.order is not None
    assert view.order.amount == 200


@pytest.mark.parametrize(
    ("user", "changes", "kind"),
    [
        (STRANGER, {"ship_to": "Elsewhere"}, VerdictKind.NOT_THE_REQUESTER),
        (APPROVER, {"ship_to": "Elsewhere"}, VerdictKind.NOT_THE_REQUESTER),
        (REQUESTER, {"ship_to": "Elsewhere", "revision": 7}, VerdictKind.ORDER_CHANGED),
    ],
)
async def test_an_amendment_that_is_refused_changes_nothing(
    env: WorkflowEnvironment, world: World, user: str, changes: dict[str, Any], kind: VerdictKind
) -> None:
    case = await opened(env, world)
    before = await case.view()
    assert (await amend(case, user, **changes)).kind is kind
    assert (await case.view()).gate == before.gate
    await case.approve(APPROVER, revision=1)
    assert (await case.end()).order == before.order
    assert [talk.verdict.kind for talk in world.judged_requests] == [kind]


async def test_a_validation_that_refuses_leaves_the_approvals(env: WorkflowEnvironment, world: World) -> None:
    """The order as it was is still there to be approved."""
    world.failing(OrderActivity.CHECK_AMENDMENT, ApplicationError("too much for us", non_retryable=True))
    world.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    case = await opened(env, world)
    await case.approve(APPROVER, revision=1)
    verdict = await amend(case, lines=CHEAPER)
    assert (verdict.kind, verdict.detail) == (VerdictKind.REFUSED, "too much for us")
    await case.approve(OTHER_APPROVER, "d-2", revision=1)
    assert (await case.end()).status is OrderStatus.SHIPPED


async def test_an_approval_while_an_amendment_is_validated_wins(
    env: WorkflowEnvironment, world: World
) -> None:
    """The validation hangs; whoever saw the order as it was may decide it."""
    world.failing(OrderActivity.CHECK_AMENDMENT, RuntimeError("away"))
    case = await opened(env, world)
    request = AmendRequest(
        amend_id="m-1", actor=person(REQUESTER), surface=Surface.CLI, amended_at=NOW, lines=CHEAPER
    )
    await case.handle.signal(names.AMEND_SIGNAL, request)
    assert (await case.approve(APPROVER, revision=1)).kind is VerdictKind.RECORDED
    view = await case.end()
    assert view.order is not None
    assert view.order.amount == 120_000
    assert (await case.verdict("m-1")).kind is VerdictKind.ALREADY_OVER


async def test_senseless_bodies_hurt_nobody(env: WorkflowEnvironment, world: World) -> None:
    """The order waits on."""
    case = await opened(env, world)
    for signal in ("amend_order", "ask_question", "answer_question"):
        bodies: list[Any] = [None, 7, {"text": "x"}, []]
        for body in bodies:
            await case.handle.signal(signal, body)
    await case.approve(APPROVER)
    assert (await case.end()).status is OrderStatus.SHIPPED


@pytest.mark.parametrize("activity", [OrderActivity.CHECK_AMENDMENT, OrderActivity.AMEND])
async def test_an_amendments_activities_may_fail_twice(
    env: WorkflowEnvironment, world: World, activity: str
) -> None:
    """Retries carry it to the same end."""
    world.failing(activity, RuntimeError("flaky"), times=2)
    case = await opened(env, world)
    request = AmendRequest(
        amend_id="m-1", actor=person(REQUESTER), surface=Surface.CLI, amended_at=NOW, lines=CHEAPER
    )
    await case.handle.signal(names.AMEND_SIGNAL, request)
    await env.sleep(timedelta(seconds=30))
    assert (await case.verdict("m-1")).kind is VerdictKind.RECORDED
    await case.approve(APPROVER, revision=2, decided_at=await env.get_current_time())
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert world.calls[activity] == 3


async def test_an_amendment_is_stored_before_what_follows_from_it(
    env: WorkflowEnvironment, world: World
) -> None:
    """It is approved and clicked late while its content cannot be stored: all of that is audited."""
    pause = Pause(world, OrderActivity.AMEND)
    case = await opened(env, world)
    assert (await amend(case, lines=CHEAPER)).kind is VerdictKind.RECORDED
    await pause.reached.wait()
    assert (await case.approve(APPROVER)).kind is VerdictKind.RECORDED
    assert (await case.approve(OTHER_APPROVER, "d-late")).kind is VerdictKind.ALREADY_OVER
    assert world.calls[OrderActivity.CHARGE] == 0
    assert (await case.view()).status is OrderStatus.PENDING_MANUAL_APPROVAL
    pause.go_on.set()
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert case.recorded(VerdictKind.ALREADY_OVER) == ["d-late"]
