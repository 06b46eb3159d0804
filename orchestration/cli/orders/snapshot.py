"""An order as `query` shows it: from its workflow, or from PostgreSQL when no worker answers."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestration.cli.connections import Connections, Workflows
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.client.execution import Execution, FailingActivity
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView, PaymentState
from orchestration.ports.orders import OrderRow
from orchestration.settings import SettingsWrong


class Source(StrEnum):
    """Who told what is shown."""

    WORKFLOW = "workflow"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order at one moment. `caveat` says why the workflow itself was not the source."""

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
    """How many calls go to Slack before the card's; None if it does not wait for its turn."""
    troubles: tuple[FailingActivity, ...] = ()


def from_view(view: OrderView, execution: Execution | None, ahead: int | None = None) -> Snapshot:
    """Take what the workflow and Temporal say."""
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


def from_row(row: OrderRow, execution: Execution | None, caveat: str) -> Snapshot:
    """Take what PostgreSQL has, which may be older than the truth."""
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


async def look(connections: Connections, order_id: str) -> Snapshot:
    """Ask the workflow, else PostgreSQL. Raises OrderNotFound, or what kept both from answering."""
    execution: Execution | None = None
    try:
        async with connections.workflows() as workflows:
            execution, view = await asyncio.gather(
                workflows.execution(order_id), _status_or_silence(workflows, order_id)
            )
        if isinstance(view, OrderView):
            return from_view(view, execution, await _ahead(connections, view))
        error: CountersignError = view
    except (OrderNotFound, TemporalUnavailable, OutcomeUnknown) as failure:
        error = failure
    return await _look_in_database(connections, order_id, execution, error)


async def _status_or_silence(workflows: Workflows, order_id: str) -> OrderView | NoWorkerAnswered:
    # Temporal's own answer is still wanted when no worker gives one.
    try:
        return await workflows.status(order_id)
    except NoWorkerAnswered as error:
        return error


async def _ahead(connections: Connections, view: OrderView) -> int | None:
    if not view.is_card_behind:
        return None
    try:
        async with connections.reader() as reader:
            return await reader.queued(view.order_id)
    except (DatabaseUnavailable, SettingsWrong):
        # The workflow has answered, and that is what was asked for.
        return None


async def _look_in_database(
    connections: Connections, order_id: str, execution: Execution | None, error: CountersignError
) -> Snapshot:
    try:
        async with connections.reader() as reader:
            row = await reader.get(order_id)
    except DatabaseUnavailable as failure:
        raise type(error)(f"{error} And the database cannot be asked: {failure}") from failure
    if row is not None:
        return from_row(row, execution, _caveat(error))
    if isinstance(error, OrderNotFound):
        raise OrderNotFound(f"There is no order {order_id}.")
    raise error


def _caveat(error: CountersignError) -> str:
    if isinstance(error, OrderNotFound):
        return "from PostgreSQL: Temporal has no workflow of this order (any more)"
    if isinstance(error, NoWorkerAnswered):
        return "from PostgreSQL, may be behind: no orchestration worker answered"
    return "from PostgreSQL, may be behind: Temporal did not answer"
