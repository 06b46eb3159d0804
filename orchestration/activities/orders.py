"""Receive, validate, resolve the policy, record."""

from temporalio import activity

from orchestration.activities.clock import now
from orchestration.contracts import (
    Journal,
    OrderActivity,
    ReceiveOrder,
    ResolvedPolicy,
    ResolvePolicy,
    ValidateOrder,
)
from orchestration.domain.errors import FieldProblem, OrderConflict, OrderRefused
from orchestration.domain.order import Order, OrderStatus, parse_order
from orchestration.domain.policy import ApprovalPolicy
from orchestration.ports import OrderStore, PaymentGateway


class OrderActivities:
    """Each stores its step and its audit event in one transaction, and may be repeated."""

    def __init__(self, store: OrderStore, policy: ApprovalPolicy, payments: PaymentGateway) -> None:
        self._store = store
        self._policy = policy
        self._payments = payments

    @activity.defn(name=OrderActivity.RECEIVE)
    async def receive(self, received: ReceiveOrder) -> Order:
        """Read the order as it came and store it. Raises OrderRefused, after that is in the audit log."""
        at = now()
        try:
            order = _parse(received)
            await self._store.receive(order, at)
        except OrderRefused as refused:
            await self._store.refuse(received.order_id, refused.problems, at)
            raise
        except OrderConflict as conflict:
            problems = (FieldProblem(field="order_id", message=str(conflict)),)
            await self._store.refuse(received.order_id, problems, at)
            raise OrderRefused(problems) from conflict
        return order

    @activity.defn(name=OrderActivity.VALIDATE)
    async def validate(self, wanted: ValidateOrder) -> None:
        """Ask whether it could be paid at all. Raises OrderRefused if not."""
        order = wanted.order
        objection = await self._payments.check(order.amount, order.currency)
        if objection is not None:
            raise OrderRefused((FieldProblem(field="amount", message=objection),))
        await self._store.record(wanted.journal.then(OrderStatus.VALIDATED, now()))

    @activity.defn(name=OrderActivity.RESOLVE_POLICY)
    async def resolve_policy(self, wanted: ResolvePolicy) -> ResolvedPolicy:
        """Find the tier. The order waits for approval, or is approved since nobody has to be asked."""
        at = now()
        tier = self._policy.tier_for(wanted.order)
        if tier is None:
            await self._store.record(wanted.journal.then(OrderStatus.APPROVED, at))
            return ResolvedPolicy(tier=None, resolved_at=at, deadline=None)
        deadline = at + tier.expires_after
        if wanted.closes_before is not None:
            deadline = min(deadline, wanted.closes_before)
        await self._store.record(
            wanted.journal.then(OrderStatus.PENDING_MANUAL_APPROVAL, at), tier=tier, deadline=deadline
        )
        return ResolvedPolicy(tier=tier, resolved_at=at, deadline=deadline)

    @activity.defn(name=OrderActivity.RECORD)
    async def record(self, journal: Journal) -> None:
        """Store what no other step will store: refused decisions, and an end without a refund."""
        await self._store.record(journal)


def _parse(received: ReceiveOrder) -> Order:
    order = parse_order(received.order)
    if order.order_id != received.order_id:
        message = f"is {order.order_id!r}, and the workflow was started for {received.order_id!r}"
        raise OrderRefused((FieldProblem(field="order_id", message=message),))
    return order
