"""`amend`: change an order that waits for approval."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError

from orchestration.cli import connections as connections_of
from orchestration.cli.commands.order.send import send
from orchestration.cli.connections import Connections
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.decision import read_actor
from orchestration.cli.options.order_id import ExistingOrder
from orchestration.cli.options.order_lines import parse_line_options
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import perform
from orchestration.domain.actor import Surface
from orchestration.domain.errors import OrderNotFound, OrderRefused
from orchestration.domain.order.amendment import AmendRequest, amended
from orchestration.domain.order.order import Order

_OPTIONS = {"actor": "--as", "ship_to": "--ship-to", "note": "--note", "lines": "--line"}


def amend(
    context: typer.Context,
    order_id: ExistingOrder,
    *,
    line: Annotated[
        list[str] | None,
        typer.Option(metavar="SKU:DESCRIPTION:QUANTITY:UNIT_PRICE", help="All its lines anew. Repeatable."),
    ] = None,
    ship_to: Annotated[str | None, typer.Option(help="Where to, anew.")] = None,
    note: Annotated[str | None, typer.Option(help="Words for whoever decides, anew.")] = None,
    user: Annotated[
        str | None, typer.Option("--as", metavar="SLACK_USER", help="Amend as this Slack user.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change an order that waits for approval: it is validated anew, and what was approved is void.

    Whoever asked for the order may, and every operator.
    """
    out = Output(as_json)
    perform(
        out,
        _amend(
            connections_of.of(context), out, order_id, lines=line or [], ship_to=ship_to, note=note, user=user
        ),
    )


async def _amend(
    connections: Connections,
    out: Output,
    order_id: str,
    *,
    lines: list[str],
    ship_to: str | None,
    note: str | None,
    user: str | None,
) -> ExitCode:
    if not lines and ship_to is None and note is None:
        raise UsageWrong("There is nothing to change: give --line, --ship-to or --note.")
    async with connections.workflows() as workflows:
        try:
            view = await workflows.status(order_id)
        except OrderNotFound:
            raise OrderNotFound(f"There is no order {order_id}.") from None
        if view.order is None:
            raise UsageWrong(f"Order {order_id} was never well formed; there is nothing to change.")
        request = _read(view.order, view.gate.revision, lines=lines, ship_to=ship_to, note=note, user=user)
        return await send(
            workflows,
            out,
            order_id,
            request.amend_id,
            lambda: workflows.send_amendment(order_id, request),
            done=f"Order {order_id} is changed; it has to be approved anew.",
        )


def _read(
    order: Order,
    revision: int,
    *,
    lines: list[str],
    ship_to: str | None,
    note: str | None,
    user: str | None,
) -> AmendRequest:
    read, problems = parse_line_options(lines, order.currency)
    if problems:
        raise OrderRefused(tuple(problems))
    try:
        request = AmendRequest.model_validate(
            {
                "amend_id": f"cli-{uuid4().hex}",
                "actor": read_actor(user),
                "surface": Surface.CLI,
                "amended_at": datetime.now(UTC),
                "revision": revision,
                "lines": read or None,
                "ship_to": ship_to,
                "note": note,
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        option = _OPTIONS.get(str(first["loc"][0]) if first["loc"] else "", "--as")
        raise UsageWrong(f"{option}: {first['msg'].removeprefix('Value error, ')}") from None
    # What the domain would refuse is said before anything is sent.
    amended(order, request)
    return request
