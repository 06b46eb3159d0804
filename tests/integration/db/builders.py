"""Builds orders, decisions and pending writes for the stores."""

from datetime import UTC, datetime, timedelta

from orchestration.contracts.activities import PendingWrites
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.order.order import Order, OrderLine
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)

S = OrderStatus
TO_PENDING = (S.VALIDATED, S.PENDING_MANUAL_APPROVAL)
TO_CHARGED = (*TO_PENDING, S.APPROVED, S.PAYMENT_CHARGED)


def at(minutes: int) -> datetime:
    """Minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def order(order_id: str = "A-1", *, customer: str = "Ada", note: str | None = None) -> Order:
    """A well-formed order of 25.00 EUR."""
    line = OrderLine(sku="tea/1", description="Tea, loose", quantity=2, unit_price=1250)
    return Order(
        order_id=order_id,
        customer=customer,
        lines=(line,),
        currency="EUR",
        requester="U1",
        ship_to="1 Main Street",
        note=note,
    )


def pending_writes(*statuses: OrderStatus, order_id: str = "A-1", reason: str | None = None) -> PendingWrites:
    """These steps, a minute apart."""
    changes = tuple(
        StatusChange(to=status, at=at(minute), reason=reason) for minute, status in enumerate(statuses, 1)
    )
    return PendingWrites(order_id=order_id, changes=changes)


def judged(
    kind: VerdictKind, *, decision_id: str = "click-1", minute: int = 2, note: str | None = None
) -> JudgedDecision:
    """An approval by U2, with this verdict."""
    decision = Decision(
        decision_id=decision_id,
        actor=Actor(kind=ActorKind.SLACK_USER, id="U2", groups=("S1", "S2")),
        surface=Surface.BUTTON,
        decided_at=at(1),
        revision=1,
        note=note,
        kind=DecisionKind.APPROVE,
    )
    return JudgedDecision(
        decision=decision, verdict=Verdict(decision_id=decision_id, kind=kind, at=at(minute))
    )
