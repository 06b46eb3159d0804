"""Fakes of an order's activities: they remember their inputs, and fail or wait if a test wants that."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from orchestration.contracts import names
from orchestration.contracts.activities import (
    AmendOrder,
    ChargePayment,
    CheckAmendment,
    OrderActivity,
    PendingWrites,
    ReceiveOrder,
    RefundPayment,
    ResolvedPolicy,
    ResolvePolicy,
    ShipOrder,
    Shipped,
    ShippingActivity,
    ValidateOrder,
)
from orchestration.contracts.slack import NotifyPeople, PostCard, PostReply, SlackActivity, UpdateCard
from orchestration.domain.approval.notifications import Notification
from orchestration.domain.approval.questions import JudgedRequest
from orchestration.domain.approval.verdict import JudgedDecision
from orchestration.domain.card import CardView
from orchestration.domain.errors import OrderRefused
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.order import Order, parse_order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import TierQuery
from orchestration.domain.policy.deadlines import deadline_of
from orchestration.worker.workers import workflow_worker
from tests.support.policy import a_policy, a_tier

APPROVER, OTHER_APPROVER, REQUESTER, STRANGER = "U0ALICE01", "U0CAROL01", "U0BOB0001", "U0MALLORY"

Hook = Callable[[], Awaitable[None]]


class FakeActivities:
    """The activities of the order, shipping and Slack task queues."""

    def __init__(self, order_id: str = "ord-1") -> None:
        self.order_id = order_id
        self.tier = a_tier(APPROVER, OTHER_APPROVER)
        self.barred: tuple[str, ...] = ()
        self.calls: Counter[str] = Counter()
        self.before: dict[str, Hook] = {}
        self.statuses: list[OrderStatus] = []
        self.judged: list[JudgedDecision] = []
        self.cards: list[CardView] = []
        self.replies: list[str] = []
        self.notified: list[NotifyPeople] = []
        self.noticed: list[Notification] = []
        self.judged_requests: list[JudgedRequest] = []
        self.amendments: list[AmendOrder] = []

    def failing(self, name: str, error: Exception, times: int | None = None) -> None:
        """Make an activity fail, the first `times` times or always."""

        async def fail() -> None:
            if times is None or self.calls[name] <= times:
                raise error

        self.before[name] = fail

    async def _enter(self, name: str) -> None:
        self.calls[name] += 1
        if name in self.before:
            await self.before[name]()

    def _store(self, pending_writes: PendingWrites, *then: OrderStatus) -> None:
        for status in (*(change.to for change in pending_writes.changes), *then):
            if status not in self.statuses:
                self.statuses.append(status)
        self.noticed += [
            notification for notification in pending_writes.notifications if notification not in self.noticed
        ]
        self.judged_requests += [
            talk for talk in pending_writes.judged_requests if talk not in self.judged_requests
        ]
        self.judged += [judged for judged in pending_writes.judged if judged not in self.judged]

    @activity.defn(name=OrderActivity.RECEIVE)
    async def receive(self, wanted: ReceiveOrder) -> Order:
        await self._enter(OrderActivity.RECEIVE)
        try:
            return parse_order(wanted.order)
        except OrderRefused as error:
            raise ApplicationError(str(error), type=names.ORDER_REFUSED, non_retryable=True) from error

    @activity.defn(name=OrderActivity.VALIDATE)
    async def validate(self, wanted: ValidateOrder) -> None:
        await self._enter(OrderActivity.VALIDATE)
        self._store(wanted.pending_writes, OrderStatus.VALIDATED)

    @activity.defn(name=OrderActivity.RESOLVE_POLICY)
    async def resolve_policy(self, wanted: ResolvePolicy) -> ResolvedPolicy:
        await self._enter(OrderActivity.RESOLVE_POLICY)
        resolved = self._resolved(wanted.order, wanted.run_deadline)
        to = OrderStatus.APPROVED if resolved.tier is None else OrderStatus.PENDING_MANUAL_APPROVAL
        self._store(wanted.pending_writes, to)
        return resolved

    def _resolved(self, order: Order, run_deadline: datetime | None) -> ResolvedPolicy:
        # The workflow's time, not the wall clock: the test server skips ahead of it.
        now = activity.info().scheduled_time
        asked = TierQuery(amount=order.amount, currency=order.currency, customer=order.customer)
        tier = a_policy(self.tier).tier_for(asked).tier
        if tier is None:
            return ResolvedPolicy(tier=None, resolved_at=now, deadline=None)
        moments = [each for each in (deadline_of(tier, now), run_deadline) if each is not None]
        deadline = min(moments, default=None)
        return ResolvedPolicy(tier=tier, resolved_at=now, deadline=deadline, barred=self.barred)

    @activity.defn(name=OrderActivity.CHARGE)
    async def charge(self, wanted: ChargePayment) -> None:
        self._store(wanted.pending_writes)
        await self._enter(OrderActivity.CHARGE)
        self._store(wanted.pending_writes, OrderStatus.PAYMENT_CHARGED)

    @activity.defn(name=OrderActivity.REFUND)
    async def refund(self, wanted: RefundPayment) -> bool:
        await self._enter(OrderActivity.REFUND)
        self._store(wanted.pending_writes)
        return OrderStatus.PAYMENT_CHARGED in self.statuses

    @activity.defn(name=OrderActivity.RECORD)
    async def record(self, pending_writes: PendingWrites) -> None:
        await self._enter(OrderActivity.RECORD)
        self._store(pending_writes)

    @activity.defn(name=OrderActivity.CHECK_AMENDMENT)
    async def check_amendment(self, wanted: CheckAmendment) -> ResolvedPolicy:
        await self._enter(OrderActivity.CHECK_AMENDMENT)
        return self._resolved(wanted.order, wanted.run_deadline)

    @activity.defn(name=OrderActivity.AMEND)
    async def amend(self, wanted: AmendOrder) -> None:
        await self._enter(OrderActivity.AMEND)
        self._store(wanted.pending_writes)
        self.amendments.append(wanted)

    @activity.defn(name=ShippingActivity.PREPARE)
    async def prepare(self, order: ShipOrder) -> None:
        await self._enter(ShippingActivity.PREPARE)
        self._store(order.pending_writes, OrderStatus.SHIPPING)

    @activity.defn(name=ShippingActivity.DISPATCH)
    async def dispatch(self, order: ShipOrder) -> Shipped:
        await self._enter(ShippingActivity.DISPATCH)
        self._store(order.pending_writes, OrderStatus.SHIPPED)
        return Shipped(tracking="TRK-1")

    @activity.defn(name=SlackActivity.POST_CARD)
    async def post_card(self, wanted: PostCard) -> MessageRef:
        await self._enter(SlackActivity.POST_CARD)
        self.cards.append(wanted.card_view)
        return MessageRef(channel="C0APPROVE", ts="1.0")

    @activity.defn(name=SlackActivity.UPDATE_CARD)
    async def update_card(self, wanted: UpdateCard) -> MessageRef:
        await self._enter(SlackActivity.UPDATE_CARD)
        self.cards.append(wanted.card_view)
        return wanted.card

    @activity.defn(name=SlackActivity.POST_REPLY)
    async def post_reply(self, wanted: PostReply) -> MessageRef:
        await self._enter(SlackActivity.POST_REPLY)
        self.replies.append(wanted.text)
        return MessageRef(channel=wanted.card.channel, ts="2.0")

    @activity.defn(name=SlackActivity.NOTIFY)
    async def notify_people(self, wanted: NotifyPeople) -> None:
        await self._enter(SlackActivity.NOTIFY)
        self.notified.append(wanted)

    def order_activities(self) -> list[Any]:
        """Return the activities on `order-tq`."""
        return [
            self.receive,
            self.validate,
            self.resolve_policy,
            self.charge,
            self.refund,
            self.record,
            self.check_amendment,
            self.amend,
        ]

    def workers(self, client: Client, **options: Any) -> Sequence[Worker]:
        """Return one worker for each task queue, with the real workflows and these activities."""
        return (
            workflow_worker(
                client,
                names.ORDER_TASK_QUEUE,
                self.order_activities(),
                **options,
            ),
            workflow_worker(client, names.SHIPPING_TASK_QUEUE, [self.prepare, self.dispatch], **options),
            Worker(
                client,
                task_queue=names.SLACK_TASK_QUEUE,
                activities=[self.post_card, self.update_card, self.post_reply, self.notify_people],
            ),
        )


class Pause:
    """Makes a fake activity wait until the test sets `go_on`; `reached` says that it was called."""

    def __init__(self, fakes: FakeActivities, activity: str) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        fakes.before[activity] = self._hold

    async def _hold(self) -> None:
        self.reached.set()
        await self.go_on.wait()


@asynccontextmanager
async def running_workers(fakes: FakeActivities, client: Client) -> AsyncIterator[None]:
    """Run the workers while the block runs."""
    async with AsyncExitStack() as stack:
        for worker in fakes.workers(client):
            await stack.enter_async_context(worker)
        yield
