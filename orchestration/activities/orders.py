"""The activities of OrderWorkflow, except payments: receive, validate, resolve the policy, amend, record."""

from datetime import datetime

from temporalio import activity

from orchestration.activities.clock import now
from orchestration.activities.tier_lookup import resolve, tier_query
from orchestration.contracts.activities import (
    AmendOrder,
    CheckAmendment,
    OrderActivity,
    PendingWrites,
    ReceiveOrder,
    ResolvedPolicy,
    ResolvePolicy,
    ValidateOrder,
)
from orchestration.domain.errors import FieldProblem, NoMatchingTier, OrderConflict, OrderRefused
from orchestration.domain.order.order import Order, parse_order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.orders import OrderStore
from orchestration.ports.policy import PolicySource
from orchestration.ports.services import PaymentGateway


class OrderActivities:
    """Each activity stores a status change and its audit event in one transaction, and may be retried."""

    def __init__(self, store: OrderStore, policy: PolicySource, payments: PaymentGateway) -> None:
        self._store = store
        self._policy = policy
        self._payments = payments

    @activity.defn(name=OrderActivity.RECEIVE)
    async def receive(self, received: ReceiveOrder) -> Order:
        """Parse and store the order. Raises OrderRefused after the refusal was stored in the audit log."""
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
        """Check that the order can be paid and that the policy has a tier for it. Raises OrderRefused."""
        order = wanted.order
        await self._check_payable(order)
        try:
            self._policy.current.tier_for(tier_query(order, Subject.ORDER))
        except NoMatchingTier as error:
            raise OrderRefused((FieldProblem(field="amount", message=str(error)),)) from None
        await self._store.record(wanted.pending_writes.with_change(OrderStatus.VALIDATED, now()))

    @activity.defn(name=OrderActivity.RESOLVE_POLICY)
    async def resolve_policy(self, wanted: ResolvePolicy) -> ResolvedPolicy:
        """Find the order's tier. Store the order as waiting for approval, or as approved if none is needed.

        Raises NoMatchingTier, which is retried, if a new policy has no tier for the order any more.
        """
        resolved = await self._resolve(wanted.order, wanted.run_deadline)
        to = OrderStatus.APPROVED if resolved.tier is None else OrderStatus.PENDING_MANUAL_APPROVAL
        await self._store.record(
            wanted.pending_writes.with_change(to, resolved.resolved_at), resolved=resolved
        )
        return resolved

    @activity.defn(name=OrderActivity.CHECK_AMENDMENT)
    async def check_amendment(self, wanted: CheckAmendment) -> ResolvedPolicy:
        """Check an amended order as `validate` does, and find its tier. Raises OrderRefused."""
        order = wanted.order
        await self._check_payable(order)
        try:
            return await self._resolve(order, wanted.run_deadline)
        except NoMatchingTier as error:
            raise OrderRefused((FieldProblem(field="amount", message=str(error)),)) from None

    @activity.defn(name=OrderActivity.AMEND)
    async def amend(self, wanted: AmendOrder) -> None:
        """Store the amended order, and the tier that it was resolved to."""
        await self._store.amend(wanted)

    @activity.defn(name=OrderActivity.RECORD)
    async def record(self, pending_writes: PendingWrites) -> None:
        """Store what no other activity stores, such as refused decisions, or an end without a refund."""
        await self._store.record(pending_writes)

    async def _check_payable(self, order: Order) -> None:
        objection = await self._payments.check(order.amount, order.currency)
        if objection is not None:
            raise OrderRefused((FieldProblem(field="amount", message=objection),))

    async def _resolve(self, order: Order, run_deadline: datetime | None) -> ResolvedPolicy:
        return await resolve(
            self._policy.current, order, Subject.ORDER, run_deadline, self._store.previous_approvers
        )


def _parse(received: ReceiveOrder) -> Order:
    order = parse_order(received.order)
    if order.order_id != received.order_id:
        message = f"is {order.order_id!r}, and the workflow was started for {received.order_id!r}"
        raise OrderRefused((FieldProblem(field="order_id", message=message),))
    return order
