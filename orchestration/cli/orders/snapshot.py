"""An order as `query` shows it, from its workflow or from PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView, PaymentState
from orchestration.ports.orders import OrderRow
from orchestration.ports.workflows import Execution, FailingActivity


class Source(StrEnum):
    """Where a snapshot was read from."""

    WORKFLOW = "workflow"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order at one moment. `caveat` says why it was not read from the workflow; None if it was."""

    order_id: str
    status: OrderStatus
    source: Source
    order: Order | None
    updated_at: datetime
    caveat: str | None = None
    workflow_status: str | None = None
    tier: str | None = None
    needed: int | None = None
    approvals: tuple[Decision, ...] = ()
    decided: Outcome | None = None
    deadline: datetime | None = None
    payment: PaymentState | None = None
    tracking: str | None = None
    reason: str | None = None
    waiting_for: str | None = None
    ahead: int | None = None
    """How many Slack calls are queued before the card's; None if the card is not queued."""
    troubles: tuple[FailingActivity, ...] = ()


def snapshot_from_view(view: OrderView, execution: Execution | None, ahead: int | None = None) -> Snapshot:
    """Make a snapshot of what the workflow's query answered."""
    gate = view.gate
    return Snapshot(
        order_id=view.order_id,
        status=view.status,
        source=Source.WORKFLOW,
        order=view.order,
        updated_at=view.updated_at,
        workflow_status=execution.status if execution else None,
        tier=gate.tier.name if gate.tier else None,
        needed=gate.needed if gate.tier else None,
        approvals=gate.approvals,
        decided=view.cancel or gate.outcome,
        deadline=gate.deadline,
        payment=view.payment,
        tracking=view.tracking,
        reason=view.reason,
        waiting_for=view.waiting_for,
        ahead=ahead,
        troubles=execution.failing_activities if execution else (),
    )


def snapshot_from_row(row: OrderRow, execution: Execution | None, caveat: str) -> Snapshot:
    """Make a snapshot of the row in PostgreSQL, which may be older than the workflow's state."""
    return Snapshot(
        order_id=row.order.order_id,
        status=row.status,
        source=Source.DATABASE,
        order=row.order,
        updated_at=row.updated_at,
        caveat=caveat,
        workflow_status=execution.status if execution else None,
        tier=row.tier,
        deadline=row.deadline,
        reason=row.reason,
        troubles=execution.failing_activities if execution else (),
    )
