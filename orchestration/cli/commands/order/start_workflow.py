"""`start-workflow`: start an order and, if asked to, watch it to its end."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections, Workflows
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.duration import parse_duration
from orchestration.cli.options.order import OrderOptions, read_order
from orchestration.cli.orders.id_conflict import check_same_order
from orchestration.cli.orders.snapshot import from_view, look
from orchestration.cli.orders.watch import watch
from orchestration.cli.output.console import Json, Output, local
from orchestration.cli.output.order import document, show
from orchestration.cli.run import PROGRAM, fail, perform
from orchestration.client.workflow_client import Started
from orchestration.domain.currency import format_amount
from orchestration.domain.errors import CountersignError, OutcomeUnknown
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus


def start_workflow(
    context: typer.Context,
    *,
    order_id: Annotated[str | None, typer.Option(help="Default: a new one.")] = None,
    customer: Annotated[str | None, typer.Option(help="Who it is for.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code. Default: EUR.")] = None,
    requester: Annotated[
        str | None, typer.Option(help="Who asked for it: a Slack user id or a service. Default: cli.")
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SKU:DESCRIPTION:QUANTITY:UNIT_PRICE",
            help='One thing ordered, price in major units: "CHAIR-9:Office chair:4:249.00". Repeatable.',
        ),
    ] = None,
    ship_to: Annotated[str | None, typer.Option(help="Where to.")] = None,
    payment_method: Annotated[str | None, typer.Option(help="Default: pm_card.")] = None,
    note: Annotated[str | None, typer.Option(help="Words for whoever decides.")] = None,
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
        bool, typer.Option("--wait", help="Show each step, and return when the order has ended.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Start an order. Without options: a sample order of 1,245.00 EUR, which waits for approval."""
    out = Output(as_json)
    options = OrderOptions(
        order_id, customer, currency, requester, line or (), ship_to, payment_method, note, file
    )
    try:
        order = read_order(options)
    except CountersignError as error:
        raise typer.Exit(fail(out, error)) from None
    perform(out, _start(connections_of.of(context), out, order, run_timeout, wait))


async def _start(
    connections: Connections, out: Output, order: Order, run_timeout: timedelta | None, wait: bool
) -> ExitCode:
    async with connections.workflows() as workflows:
        started = await _start_surely(workflows, order, run_timeout)
        if started.already_started and not await check_same_order(connections, order):
            out.note("Whether it is the very same order could not be looked up: nothing answered.", "yellow")
        _say_started(out, order, started)
        answer: dict[str, object] = {
            "order_id": order.order_id,
            "workflow_id": started.workflow_id,
            "run_id": started.run_id,
            "already_started": started.already_started,
            "order": order.model_dump(mode="json"),
        }
        if not wait:
            _say_what_next(out, order.order_id)
            out.document(answer)
            return ExitCode.OK
        return await _wait(connections, workflows, out, order.order_id, answer)


async def _start_surely(workflows: Workflows, order: Order, run_timeout: timedelta | None) -> Started:
    try:
        return await workflows.start(order, run_timeout=run_timeout)
    except OutcomeUnknown:
        # Starting the same order again is safe: it is told "already started".
        return await workflows.start(order, run_timeout=run_timeout)


def _say_started(out: Output, order: Order, started: Started) -> None:
    amount = format_amount(order.amount, order.currency)
    if started.already_started:
        out.say(f"Order {order.order_id} was already started; nothing was doubled.")
    else:
        out.say(f"Started order {order.order_id}: {amount} for {order.customer}.", "bold")
    out.say(f"Workflow Id: {started.workflow_id}")


def _say_what_next(out: Output, order_id: str) -> None:
    out.say("Next:")
    out.say(f"  {PROGRAM} query {order_id}")
    out.say(f"  {PROGRAM} signal {order_id} approve")


async def _wait(
    connections: Connections, workflows: Workflows, out: Output, order_id: str, answer: dict[str, object]
) -> ExitCode:
    def step(change: StatusChange) -> None:
        reason = f": {change.reason}" if change.reason else ""
        out.note(f"{local(change.at)}  {change.to.value}{reason}", "")

    try:
        with out.progress() as doing:
            view = await watch(workflows, order_id, step, doing)
    except asyncio.CancelledError:
        out.note(f"Stopped watching; order {order_id} goes on.")
        raise
    if view is None:
        out.note(f"The workflow of order {order_id} ended without a result.", "red")
        snapshot = await look(connections, order_id)
    else:
        snapshot = from_view(view, await workflows.execution(order_id))
    show(out, snapshot)
    out.document(answer | {"final": document(snapshot)})
    return ExitCode.OK if view is not None and view.status is OrderStatus.SHIPPED else ExitCode.NOT_SHIPPED
