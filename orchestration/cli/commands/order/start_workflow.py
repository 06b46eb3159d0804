"""The command `start-workflow`: start an order and, with ``--wait``, follow it to its end."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from orchestration.cli.connections import Connections, Workflows, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.order import OrderOptions, read_order
from orchestration.cli.options.times import parse_duration
from orchestration.cli.orders.fetch import fetch_order
from orchestration.cli.orders.id_conflict import check_same_order
from orchestration.cli.orders.snapshot import snapshot_from_view
from orchestration.cli.orders.watch import watch_order
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.order import order_document, print_order
from orchestration.cli.output.status_change import print_status_change
from orchestration.cli.run import PROGRAM, reported_errors, run_command
from orchestration.domain.currency import format_amount
from orchestration.domain.errors import OutcomeUnknown
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.workflows import Started


def start_workflow(
    context: typer.Context,
    *,
    order_id: Annotated[str | None, typer.Option(help="Default: a new one.")] = None,
    customer: Annotated[str | None, typer.Option(help="Who the order is for.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code. Default: EUR.")] = None,
    requester: Annotated[
        str | None, typer.Option(help="Who asks for it: a Slack user id or a service. Default: cli.")
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SKU:DESCRIPTION:QUANTITY:UNIT_PRICE",
            help='One line, price in major units: "CHAIR-9:Office chair:4:249.00". Repeatable.',
        ),
    ] = None,
    ship_to: Annotated[str | None, typer.Option(help="The address.")] = None,
    payment_method: Annotated[str | None, typer.Option(help="Default: pm_card.")] = None,
    note: Annotated[str | None, typer.Option(help="A note for the approvers.")] = None,
    file: Annotated[
        str | None,
        typer.Option(
            help="The order as JSON, prices in minor units; - is standard input. Options override it."
        ),
    ] = None,
    run_timeout: Annotated[
        timedelta | None,
        typer.Option(
            parser=parse_duration,
            metavar="DURATION",
            help="How long the workflow may run: 90s, 15m, 24h, 3d. Default: without a limit.",
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Print each status change, and return when the order has ended.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start an order. Without options: a sample order of 1,245.00 EUR, which waits for approval."""
    out = Output(as_json)
    options = OrderOptions(
        order_id, customer, currency, requester, line or (), ship_to, payment_method, note, file
    )
    with reported_errors(out):
        order = read_order(options)
    run_command(out, _start(connections_from(context), out, order, run_timeout, wait))


async def _start(
    connections: Connections, out: Output, order: Order, run_timeout: timedelta | None, wait: bool
) -> ExitCode:
    async with connections.workflows() as workflows:
        started = await _start_or_retry(workflows, order, run_timeout)
        if started.already_started and not await check_same_order(connections, order):
            out.info(
                f"Whether this is the same order {order.order_id} that was started before could not be "
                "looked up: neither a worker nor PostgreSQL answered.",
                "yellow",
            )
        _print_started(out, order, started)
        document: dict[str, object] = {
            "order_id": order.order_id,
            "workflow_id": started.workflow_id,
            "run_id": started.run_id,
            "already_started": started.already_started,
            "order": order.model_dump(mode="json"),
        }
        if not wait:
            out.print("Next:")
            out.print(f"  {PROGRAM} query {order.order_id}")
            out.print(f"  {PROGRAM} signal {order.order_id} approve")
            out.print_json(document)
            return ExitCode.OK
        return await _wait(connections, workflows, out, order.order_id, document)


async def _start_or_retry(workflows: Workflows, order: Order, run_timeout: timedelta | None) -> Started:
    try:
        return await workflows.start(order, run_timeout=run_timeout)
    except OutcomeUnknown:
        # Safe to repeat: if the first call started the workflow, this one returns `already`.
        return await workflows.start(order, run_timeout=run_timeout)


def _print_started(out: Output, order: Order, started: Started) -> None:
    amount = format_amount(order.amount, order.currency)
    if started.already_started:
        out.print(f"Order {order.order_id} was already started; nothing was doubled.")
    else:
        out.print(f"Started order {order.order_id}: {amount} for {order.customer}.", "bold")
    out.print(f"Workflow Id: {started.workflow_id}")


async def _wait(
    connections: Connections, workflows: Workflows, out: Output, order_id: str, document: dict[str, object]
) -> ExitCode:
    try:
        with out.progress() as set_progress:
            view = await watch_order(
                workflows,
                order_id,
                lambda change: print_status_change(out, change.at, change.to.value, change.reason),
                set_progress,
            )
    except asyncio.CancelledError:
        out.info(f"Stopped watching; order {order_id} goes on.")
        raise
    if view is None:
        out.info(f"The workflow of order {order_id} ended without a result.", "red")
        snapshot = await fetch_order(connections, order_id)
    else:
        snapshot = snapshot_from_view(view, await workflows.execution(order_id))
    print_order(out, snapshot)
    out.print_json(document | {"final": order_document(snapshot)})
    return ExitCode.OK if view is not None and view.status is OrderStatus.SHIPPED else ExitCode.NOT_SHIPPED
