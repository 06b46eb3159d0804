"""From the policy as it stands to what an order, or a refund, is bound to."""

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
    """Find the tier. `approvers` tells, if it has to be known, who may not approve again. Raises NoTier."""
    at = now()
    tier = policy.tier_for(asked_for(order, subject)).tier
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


def asked_for(order: Order, subject: Subject) -> TierQuery:
    """Return what a tier is looked up by."""
    return TierQuery(
        amount=order.amount,
        currency=order.currency,
        customer=order.customer,
        tags=order.tags,
        subject=subject,
    )
