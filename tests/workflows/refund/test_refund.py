"""Refunds of a shipped order, which need an approval as orders do."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import WorkflowEnvironment

from orchestration.contracts.activities import OrderActivity, RefundActivity
from orchestration.domain.approval.notifications import NotificationKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import CardStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.policy.tier import Reminders
from orchestration.domain.refund.refund import RefundStatus
from tests.support.orders import a_small_order
from tests.support.policy import a_tier
from tests.workflows.fake_activities import APPROVER, OTHER_APPROVER, REQUESTER, STRANGER, running_workers
from tests.workflows.running_refund import REQUEST, FakeRefundActivities, start_refund


@pytest.fixture
async def fakes(env: WorkflowEnvironment) -> AsyncIterator[FakeRefundActivities]:
    """Fake activities, with running workers."""
    fakes = FakeRefundActivities()
    async with running_workers(fakes, env.client):
        yield fakes


async def test_an_approved_refund_gives_the_money_back_once(
    env: WorkflowEnvironment, fakes: FakeRefundActivities
) -> None:
    """The refund has a card of its own, and every status is stored under the refund's id."""
    refund = await start_refund(env.client, fakes)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    own = await refund.approve(REQUESTER, "d-own")
    stranger = await refund.approve(STRANGER, "d-stranger")
    assert (own.kind, stranger.kind) == (VerdictKind.OWN_ORDER, VerdictKind.NOT_AN_APPROVER)
    assert (await refund.approve(APPROVER)).kind is VerdictKind.RECORDED
    view = await refund.ended()
    assert (view.status, view.request) == (RefundStatus.REFUNDED, REQUEST)
    assert fakes.calls[OrderActivity.REFUND] == 1
    assert fakes.steps == [
        RefundStatus.PENDING_MANUAL_APPROVAL,
        RefundStatus.APPROVED,
        RefundStatus.REFUNDED,
    ]
    first, last = fakes.cards[0], fakes.cards[-1]
    assert (first.subject, first.key, first.is_open) == (Subject.REFUND, f"card-{view.refund_id}", True)
    assert (last.card_status, last.title) == (
        CardStatus.DONE,
        "The refund of order ord-1 is done: the money has been given back",
    )
    assert len(fakes.judged) == 3


async def test_a_small_refund_asks_nobody(env: WorkflowEnvironment, fakes: FakeRefundActivities) -> None:
    fakes.order = a_small_order()
    view = await (await start_refund(env.client, fakes)).ended()
    assert view.status is RefundStatus.REFUNDED
    assert fakes.cards == []


async def test_a_refund_that_is_turned_down_gives_nothing_back(
    env: WorkflowEnvironment, fakes: FakeRefundActivities
) -> None:
    refund = await start_refund(env.client, fakes)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.cancel(APPROVER, note="They broke it themselves")
    view = await refund.ended()
    assert (view.status, view.reason) == (
        RefundStatus.CANCELLED,
        f"turned down by {APPROVER}: They broke it themselves",
    )
    assert fakes.calls[OrderActivity.REFUND] == 0


async def test_a_refund_that_nobody_decides_expires_after_its_reminders(
    env: WorkflowEnvironment, fakes: FakeRefundActivities
) -> None:
    """Two approvals are needed, and reminders go to the approver who is missing."""
    fakes.tier = a_tier(
        APPROVER,
        OTHER_APPROVER,
        count=2,
        reminders=Reminders(after=timedelta(hours=1), times=2),
        expires_after=timedelta(hours=9),
    )
    refund = await start_refund(env.client, fakes)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.approve(APPROVER)
    view = await refund.ended()
    assert view.status is RefundStatus.EXPIRED
    assert [each.notification.kind for each in fakes.notified] == [NotificationKind.REMINDER] * 2
    assert {(each.people, each.card_view.subject) for each in fakes.notified} == {
        ((OTHER_APPROVER,), Subject.REFUND)
    }


async def test_a_refund_that_cannot_be_opened_fails_with_the_reason(
    env: WorkflowEnvironment, fakes: FakeRefundActivities
) -> None:
    """Nobody is asked, and nothing is paid back."""
    refused = ApplicationError("order_id: has been refunded already", non_retryable=True)
    fakes.failing(RefundActivity.OPEN, refused)
    refund = await start_refund(env.client, fakes)
    view = await refund.ended()
    assert (view.status, view.reason) == (RefundStatus.FAILED, "order_id: has been refunded already")
    assert fakes.cards == []
    assert fakes.calls[OrderActivity.REFUND] == 0


async def test_cancelled_in_temporal_it_is_turned_down(
    env: WorkflowEnvironment, fakes: FakeRefundActivities
) -> None:
    refund = await start_refund(env.client, fakes)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.handle.cancel()
    with pytest.raises(WorkflowFailureError) as failed:
        await refund.handle.result()
    assert isinstance(failed.value.cause, CancelledError)
    assert fakes.cards[-1].card_status is CardStatus.CANCELLED


async def test_a_year_of_waiting_for_a_refund(env: WorkflowEnvironment, fakes: FakeRefundActivities) -> None:
    """After several runs the status changes and the card are still those of the first."""
    fakes.tier = a_tier(
        APPROVER,
        OTHER_APPROVER,
        count=2,
        expires_after=None,
        reminders=Reminders(after=timedelta(hours=12), growing=1, times=1000),
    )
    refund = await start_refund(env.client, fakes)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    first = (await refund.refund()).refund_id
    await refund.approve(APPROVER)
    await env.sleep(timedelta(days=365))
    assert (await refund.handle.describe()).run_id != refund.handle.first_execution_run_id
    await refund.signal("approve_order", OTHER_APPROVER, "d-2", decided_at=await env.get_current_time())
    view = await refund.ended()
    assert (view.status, view.refund_id) == (RefundStatus.REFUNDED, first)
    assert fakes.calls["post_card"] == 1
