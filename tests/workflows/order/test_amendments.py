"""Amendments of an order that waits for approval."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from orchestration.contracts.activities import OrderActivity
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.order.order import OrderLine
from orchestration.domain.order.status import OrderStatus
from tests.support.policy import a_tier
from tests.workflows.fake_activities import (
    APPROVER,
    OTHER_APPROVER,
    REQUESTER,
    STRANGER,
    FakeActivities,
    Pause,
)
from tests.workflows.running_order import CHEAPER, start_and_wait

TINY = (OrderLine(sku="PEN-1", description="Pen", quantity=1, unit_price=200),)


async def test_an_amendment_voids_what_was_approved_and_refuses_the_old_click(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """An amendment makes a new revision; approvals and clicks for the old one do not count."""
    fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    case = await start_and_wait(env.client, fakes)
    assert (await case.approve(APPROVER, revision=1)).kind is VerdictKind.COUNTED
    assert (await case.amend(lines=CHEAPER)).kind is VerdictKind.RECORDED
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
    (stored,) = fakes.amendments
    assert (stored.revision, stored.voided, stored.order.amount) == (2, (APPROVER,), 74_700)
    assert fakes.cards[-1].order == view.order


async def test_an_amendment_under_the_threshold_needs_nobody(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The amended order falls under the automatic tier, and ships."""
    case = await start_and_wait(env.client, fakes)
    await case.amend(lines=TINY)
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
    env: WorkflowEnvironment, fakes: FakeActivities, user: str, changes: dict[str, Any], kind: VerdictKind
) -> None:
    case = await start_and_wait(env.client, fakes)
    before = await case.view()
    assert (await case.amend(user, **changes)).kind is kind
    assert (await case.view()).gate == before.gate
    await case.approve(APPROVER, revision=1)
    assert (await case.end()).order == before.order
    assert [talk.verdict.kind for talk in fakes.judged_requests] == [kind]


async def test_a_validation_that_refuses_leaves_the_approvals(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """A refused amendment leaves the order and its approvals as they were."""
    fakes.failing(OrderActivity.CHECK_AMENDMENT, ApplicationError("too much for us", non_retryable=True))
    fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    case = await start_and_wait(env.client, fakes)
    await case.approve(APPROVER, revision=1)
    verdict = await case.amend(lines=CHEAPER)
    assert (verdict.kind, verdict.detail) == (VerdictKind.REFUSED, "too much for us")
    await case.approve(OTHER_APPROVER, "d-2", revision=1)
    assert (await case.end()).status is OrderStatus.SHIPPED


async def test_an_approval_while_an_amendment_is_validated_wins(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The order is approved while the validation hangs; the amendment comes too late."""
    fakes.failing(OrderActivity.CHECK_AMENDMENT, RuntimeError("away"))
    case = await start_and_wait(env.client, fakes)
    await case.send_amendment(lines=CHEAPER)
    assert (await case.approve(APPROVER, revision=1)).kind is VerdictKind.RECORDED
    view = await case.end()
    assert view.order is not None
    assert view.order.amount == 120_000
    assert (await case.verdict("m-1")).kind is VerdictKind.ALREADY_OVER


@pytest.mark.parametrize("activity", [OrderActivity.CHECK_AMENDMENT, OrderActivity.AMEND])
async def test_an_amendments_activities_may_fail_twice(
    env: WorkflowEnvironment, fakes: FakeActivities, activity: str
) -> None:
    """Retries lead to the same result."""
    fakes.failing(activity, RuntimeError("flaky"), times=2)
    case = await start_and_wait(env.client, fakes)
    await case.send_amendment(lines=CHEAPER)
    await env.sleep(timedelta(seconds=30))
    assert (await case.verdict("m-1")).kind is VerdictKind.RECORDED
    await case.approve(APPROVER, revision=2, decided_at=await env.get_current_time())
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert fakes.calls[activity] == 3


async def test_an_amendment_is_stored_before_what_follows_from_it(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """Decisions that come while the amendment is being stored are judged and stored afterwards."""
    pause = Pause(fakes, OrderActivity.AMEND)
    case = await start_and_wait(env.client, fakes)
    assert (await case.amend(lines=CHEAPER)).kind is VerdictKind.RECORDED
    await pause.reached.wait()
    assert (await case.approve(APPROVER)).kind is VerdictKind.RECORDED
    assert (await case.approve(OTHER_APPROVER, "d-late")).kind is VerdictKind.ALREADY_OVER
    assert fakes.calls[OrderActivity.CHARGE] == 0
    assert (await case.view()).status is OrderStatus.PENDING_MANUAL_APPROVAL
    pause.go_on.set()
    assert (await case.end()).status is OrderStatus.SHIPPED
    assert case.recorded(VerdictKind.ALREADY_OVER) == ["d-late"]
