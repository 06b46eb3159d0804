"""Finds the tier of an order or a refund in the current approval policy.

The tier is part of the activity's result, and so of the workflow's history: a later change of the policy file
does not concern an order that has its tier.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from orchestration.activities.clock import now
from orchestration.contracts.activities import ResolvedPolicy
from orchestration.domain.order.order import Order
from orchestration.domain.policy import deadlines
from orchestration.domain.policy.approval_policy import ApprovalPolicy, Subject, TierQuery


async def resolve(
    policy: ApprovalPolicy,
    order: Order,
    subject: Subject,
    run_deadline: datetime | None,
    approvers: Callable[[Order], Awaitable[tuple[str, ...]]],
) -> ResolvedPolicy:
    """Find the tier, and compute the deadline. Raises NoMatchingTier.

    `approvers` returns who approved before, and is called if the tier bars those people.
    """
    at = now()
    tier = policy.tier_for(tier_query(order, subject)).tier
    if tier is None:
        return ResolvedPolicy(tier=None, resolved_at=at, deadline=None, digest=policy.digest)
    moments = (deadlines.deadline_of(tier, at), run_deadline)
    return ResolvedPolicy(
        tier=tier,
        resolved_at=at,
        deadline=min((moment for moment in moments if moment is not None), default=None),
        barred=await approvers(order) if tier.bars_previous_approvers else (),
        digest=policy.digest,
    )


def tier_query(order: Order, subject: Subject) -> TierQuery:
    """Return the properties of an order by which a tier is selected."""
    return TierQuery(
        amount=order.amount,
        currency=order.currency,
        customer=order.customer,
        tags=order.tags,
        subject=subject,
    )
