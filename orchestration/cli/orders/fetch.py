"""Fetches an order from its workflow, or from PostgreSQL if the workflow does not answer."""

import asyncio

from orchestration.cli.connections import Connections, Workflows
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.orders.snapshot import Snapshot, snapshot_from_row, snapshot_from_view
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.view import OrderView
from orchestration.ports.workflows import Execution
from orchestration.settings import SettingsWrong


async def fetch_order(connections: Connections, order_id: str) -> Snapshot:
    """Fetch an order. Raises OrderNotFound, or the workflow's error if PostgreSQL has no row either."""
    execution: Execution | None = None
    try:
        async with connections.workflows() as workflows:
            execution, view = await asyncio.gather(
                workflows.execution(order_id), _view_or_error(workflows, order_id)
            )
        if isinstance(view, OrderView):
            return snapshot_from_view(view, execution, await _calls_ahead(connections, view))
        error: CountersignError = view
    except (OrderNotFound, TemporalUnavailable, OutcomeUnknown) as failure:
        error = failure
    return await _fetch_from_database(connections, order_id, execution, error)


async def _view_or_error(workflows: Workflows, order_id: str) -> OrderView | NoWorkerAnswered:
    # Returned, not raised: Temporal's description of the workflow is still shown if no worker answers.
    try:
        return await workflows.status(order_id)
    except NoWorkerAnswered as error:
        return error


async def _calls_ahead(connections: Connections, view: OrderView) -> int | None:
    if not view.is_card_outdated:
        return None
    try:
        async with connections.reader() as reader:
            return await reader.card_queue_position(view.order_id)
    except (DatabaseUnavailable, SettingsWrong):
        # The position in the queue is an extra; the workflow has answered.
        return None


async def _fetch_from_database(
    connections: Connections, order_id: str, execution: Execution | None, error: CountersignError
) -> Snapshot:
    try:
        async with connections.reader() as reader:
            row = await reader.get(order_id)
    except DatabaseUnavailable as failure:
        raise type(error)(f"{error} And the database cannot be asked: {failure}") from failure
    if row is not None:
        return snapshot_from_row(row, execution, _caveat(error))
    if isinstance(error, OrderNotFound):
        raise OrderNotFound(f"There is no order {order_id}.")
    raise error


def _caveat(error: CountersignError) -> str:
    if isinstance(error, OrderNotFound):
        return "from PostgreSQL: Temporal has no workflow of this order (any more)"
    if isinstance(error, NoWorkerAnswered):
        return "from PostgreSQL, may be behind: no orchestration worker answered"
    return "from PostgreSQL, may be behind: Temporal did not answer"
