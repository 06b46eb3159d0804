"""A second workflow at the same gate: a refund of a shipped order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import WorkflowEnvironment

from orchestration.contracts import activities, names
from orchestration.contracts.activities import OpenedRefund, OpenRefund, OrderActivity, RefundActivity
from orchestration.domain.approval.notifications import NotificationKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import CardStatus
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.policy.tier import Reminders
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView
from tests.support.orders import a_small_order, an_order
from tests.support.policy import a_tier
from tests.workflows.world import APPROVER, OTHER_APPROVER, REQUESTER, STRANGER, Case, World, running

REQUEST = RefundRequest(order_id="ord-1", requester=REQUESTER, reason="It arrived broken")


class Refunds(World):
    """A world in which ord-1 was shipped and paid."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses.append(OrderStatus.PAYMENT_CHARGED)
        self.order = an_order()
        self.steps: list[RefundStatus] = []

    def _store(self, pending_writes: activities.PendingWrites, *then: OrderStatus) -> None:
        super()._store(pending_writes, *then)
        self.steps += [step.to for step in pending_writes.refund_steps if step.to not in self.steps]

    @activity.defn(name=RefundActivity.OPEN)
    async def open_refund(self, wanted: OpenRefund) -> OpenedRefund:
        await self._enter(RefundActivity.OPEN)
        request = RefundRequest.model_validate(wanted.request)
        return OpenedRefund(
            request=request, order=self.order, resolved=self._resolved(self.order, wanted.closes_before)
        )

    def order_activities(self) -> list[Any]:
        return [*super().order_activities(), self.open_refund]


@pytest.fixture
async def world(env: WorkflowEnvironment) -> AsyncIterator[Refunds]:
    """Workers with stand-in activities, running."""
    world = Refunds()
    async with running(world, env.client):
        yield world


class Refund(Case):
    """One running refund."""

    async def refund(self) -> RefundView:
        view: RefundView = await self.handle.query(names.STATUS_QUERY, result_type=RefundView)
        return view

    async def reach(self, status: RefundStatus) -> None:
        while (await self.refund()).status is not status:
            await asyncio.sleep(0.01)

    async def ended(self) -> RefundView:
        view: RefundView = await self.handle.result()
        return view


async def start(env: WorkflowEnvironment, world: Refunds, request: object = REQUEST) -> Refund:
    handle = await env.client.start_workflow(
        names.REFUND_WORKFLOW,
        request,
        id=names.refund_workflow_id("ord-1"),
        task_queue=names.ORDER_TASK_QUEUE,
        result_type=RefundView,
    )
    return Refund(env.client, world, handle)


async def test_an_approved_refund_gives_the_money_back_once(env: WorkflowEnvironment, world: Refunds) -> None:
    """With a card of its own, whose end it shows, and every step stored under the refund."""
    refund = await start(env, world)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    own = await refund.approve(REQUESTER, "d-own")
    stranger = await refund.approve(STRANGER, "d-stranger")
    assert (own.kind, stranger.kind) == (VerdictKind.OWN_ORDER, VerdictKind.NOT_AN_APPROVER)
    assert (await refund.approve(APPROVER)).kind is VerdictKind.RECORDED
    view = await refund.ended()
    assert (view.status, view.request) == (RefundStatus.REFUNDED, REQUEST)
    assert world.calls[OrderActivity.REFUND] == 1
    assert world.steps == [
        RefundStatus.PENDING_MANUAL_APPROVAL,
        RefundStatus.APPROVED,
        RefundStatus.REFUNDED,
    ]
    first, last = world.cards[0], world.cards[-1]
    assert (first.subject, first.key, first.is_open) == (Subject.REFUND, f"card-{view.refund_id}", True)
    assert (last.card_status, last.title) == (
        CardStatus.DONE,
        "The refund of order ord-1 is done: the money has been given back",
    )
    assert len(world.judged) == 3


async def test_a_small_refund_asks_nobody(env: WorkflowEnvironment, world: Refunds) -> None:
    world.order = a_small_order()
    view = await (await start(env, world)).ended()
    assert view.status is RefundStatus.REFUNDED
    assert world.cards == []


async def test_a_refund_that_is_turned_down_gives_nothing_back(
    env: WorkflowEnvironment, world: Refunds
) -> None:
    refund = await start(env, world)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.cancel(APPROVER, note="They broke it themselves")
    view = await refund.ended()
    assert (view.status, view.reason) == (
        RefundStatus.CANCELLED,
        f"turned down by {APPROVER}: They broke it themselves",
    )
    assert world.calls[OrderActivity.REFUND] == 0


async def test_a_refund_that_nobody_decides_expires_after_its_reminders(
    env: WorkflowEnvironment, world: Refunds
) -> None:
    """The same gate: two must agree, reminders go to who is missing."""
    world.tier = a_tier(
        APPROVER,
        OTHER_APPROVER,
        count=2,
        reminders=Reminders(after=timedelta(hours=1), times=2),
        expires_after=timedelta(hours=9),
    )
    refund = await start(env, world)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.approve(APPROVER)
    view = await refund.ended()
    assert view.status is RefundStatus.EXPIRED
    assert [each.notification.kind for each in world.notified] == [NotificationKind.REMINDER] * 2
    assert {(each.people, each.view.subject) for each in world.notified} == {
        ((OTHER_APPROVER,), Subject.REFUND)
    }


async def test_a_refund_that_cannot_be_opened_fails_with_the_reason(
    env: WorkflowEnvironment, world: Refunds
) -> None:
    """Nobody is asked, and nothing is given back."""
    refused = ApplicationError("order_id: has been refunded already", non_retryable=True)
    world.failing(RefundActivity.OPEN, refused)
    refund = await start(env, world)
    view = await refund.ended()
    assert (view.status, view.reason) == (RefundStatus.FAILED, "order_id: has been refunded already")
    assert world.cards == []
    assert world.calls[OrderActivity.REFUND] == 0


@pytest.mark.parametrize("activity_name", [RefundActivity.OPEN, OrderActivity.REFUND, OrderActivity.RECORD])
async def test_each_activity_may_fail_twice(
    env: WorkflowEnvironment, world: Refunds, activity_name: str
) -> None:
    world.failing(activity_name, RuntimeError("flaky"), times=2)
    refund = await start(env, world)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.approve(APPROVER)
    assert (await refund.ended()).status is RefundStatus.REFUNDED


async def test_cancelled_in_temporal_it_is_turned_down(env: WorkflowEnvironment, world: Refunds) -> None:
    refund = await start(env, world)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.handle.cancel()
    with pytest.raises(WorkflowFailureError) as failed:
        await refund.handle.result()
    assert isinstance(failed.value.cause, CancelledError)
    assert world.cards[-1].card_status is CardStatus.STOPPED


async def test_a_year_of_waiting_for_a_refund(env: WorkflowEnvironment, world: Refunds) -> None:
    """Several runs, and the steps and the card are still those of the first."""
    world.tier = a_tier(
        APPROVER,
        OTHER_APPROVER,
        count=2,
        expires_after=None,
        reminders=Reminders(after=timedelta(hours=12), growing=1, times=1000),
    )
    refund = await start(env, world)
    await refund.reach(RefundStatus.PENDING_MANUAL_APPROVAL)
    first = (await refund.refund()).refund_id
    await refund.approve(APPROVER)
    await env.sleep(timedelta(days=365))
    assert (await refund.handle.describe()).run_id != refund.handle.first_execution_run_id
    await refund.signal("approve_order", OTHER_APPROVER, "d-2", decided_at=await env.get_current_time())
    view = await refund.ended()
    assert (view.status, view.refund_id) == (RefundStatus.REFUNDED, first)
    assert world.calls["post_card"] == 1
