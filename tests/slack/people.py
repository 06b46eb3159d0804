"""The users of the simulated workspace, and orders that tests ask questions about."""

from datetime import UTC, datetime, timedelta

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome, OutcomeKind
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.tier import Requirement, Tier
from tests.support.orders import an_order

ALICE, BOB, CAROL = "U0ALICE01", "U0BOB0001", "U0CAROL01"
BOT, BOT_USER = "B0BOT0001", "U0BOTUSER"
CHANNEL = "C0APPROVE"
FINANCE = "S0FINANCE"

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
TIER = Tier(
    name="500 and more",
    requirements=(Requirement(group="approvers", members=(FINANCE,)),),
    expires_after=timedelta(hours=72),
)


def pending(order_id: str = "ord-1") -> OrderView:
    """Waits for approval."""
    return OrderView(
        order_id=order_id,
        version=3,
        status=OrderStatus.PENDING_MANUAL_APPROVAL,
        order=an_order(order_id=order_id),
        gate=Gate(requester=BOB, tier=TIER, deadline=NOW + timedelta(hours=72)),
        updated_at=NOW,
    )


def approved(order_id: str = "ord-1") -> OrderView:
    """Approved by Alice."""
    view = pending(order_id)
    outcome = Outcome(kind=OutcomeKind.APPROVED, by=Actor(kind=ActorKind.SLACK_USER, id=ALICE), at=NOW)
    gate = view.gate.model_copy(update={"outcome": outcome})
    return view.model_copy(update={"version": 4, "status": OrderStatus.APPROVED, "gate": gate})
