"""`query`: everything about one order."""

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.order_id import ExistingOrder
from orchestration.cli.orders.snapshot import Snapshot, Source, look
from orchestration.cli.output.console import Json, Output
from orchestration.cli.output.order import document, show
from orchestration.cli.run import perform
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, OutcomeUnknown, TemporalUnavailable
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.refund.refund import RefundView


def query(context: typer.Context, order_id: ExistingOrder, as_json: Json = False) -> None:
    """Show one order: its Status, and the Workflow Status that Temporal gives it.

    The workflow itself answers. When no worker does, PostgreSQL is read, and marked so.
    """
    out = Output(as_json)
    perform(out, _query(connections_of.of(context), out, order_id))


async def _query(connections: Connections, out: Output, order_id: str) -> ExitCode:
    snapshot = await look(connections, order_id)
    refund = await _refund_of(connections, snapshot)
    show(out, snapshot)
    if refund is not None:
        out.fields(
            [("Refund", f"{refund.status.value} ({refund.refund_id})"), ("Refund reason", refund.reason)]
        )
    state = (
        None if refund is None else refund.model_dump(mode="json", include={"refund_id", "status", "reason"})
    )
    out.document(document(snapshot) | {"refund": state})
    return ExitCode.OK


async def _refund_of(connections: Connections, snapshot: Snapshot) -> RefundView | None:
    if snapshot.status is not OrderStatus.SHIPPED or snapshot.source is not Source.WORKFLOW:
        return None
    try:
        async with connections.workflows() as workflows:
            return await workflows.refund_status(snapshot.order_id)
    except (OrderNotFound, NoWorkerAnswered, TemporalUnavailable, OutcomeUnknown):
        return None
