"""The command `query`: show one order."""

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.orders.fetch import fetch_order
from orchestration.cli.orders.snapshot import Snapshot, Source
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.order import order_document, print_order
from orchestration.cli.run import run_command
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, OutcomeUnknown, TemporalUnavailable
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.refund.refund import RefundView


def query(context: typer.Context, order_id: OrderIdArgument, as_json: JsonOption = False) -> None:
    """Show one order.

    Status is the order's own, Workflow Status is Temporal's. The order's workflow is queried; if no worker
    answers, the row in PostgreSQL is shown, and marked so.
    """
    out = Output(as_json)
    run_command(out, _query(connections_from(context), out, order_id))


async def _query(connections: Connections, out: Output, order_id: str) -> ExitCode:
    snapshot = await fetch_order(connections, order_id)
    refund = await _fetch_refund(connections, snapshot)
    print_order(out, snapshot)
    if refund is not None:
        out.print_fields(
            [("Refund", f"{refund.status.value} ({refund.refund_id})"), ("Refund reason", refund.reason)]
        )
    document = (
        None if refund is None else refund.model_dump(mode="json", include={"refund_id", "status", "reason"})
    )
    out.print_json(order_document(snapshot) | {"refund": document})
    return ExitCode.OK


async def _fetch_refund(connections: Connections, snapshot: Snapshot) -> RefundView | None:
    if snapshot.status is not OrderStatus.SHIPPED or snapshot.source is not Source.WORKFLOW:
        return None
    try:
        async with connections.workflows() as workflows:
            return await workflows.refund_status(snapshot.order_id)
    except (OrderNotFound, NoWorkerAnswered, TemporalUnavailable, OutcomeUnknown):
        return None
