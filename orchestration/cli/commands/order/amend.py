"""The command `amend`: change an order that waits for approval."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError

from orchestration.cli.commands.order.send_request import send_request
from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.actor import AsUserOption, read_actor
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.options.order_lines import parse_line_options
from orchestration.cli.options.validation import usage_error
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.domain.actor import Surface
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.errors import OrderNotFound, OrderRefused
from orchestration.domain.order.amendment import AmendRequest, amended
from orchestration.domain.order.order import Order

_OPTIONS = {"ship_to": "--ship-to", "note": "--note", "lines": "--line"}


@dataclass(frozen=True, slots=True)
class _Changes:
    """The new values from the command line; empty or None for what stays as it is."""

    lines: tuple[str, ...]
    ship_to: str | None
    note: str | None


def amend(
    context: typer.Context,
    order_id: OrderIdArgument,
    *,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SKU:DESCRIPTION:QUANTITY:UNIT_PRICE",
            help="Replaces all lines; give the option once per line.",
        ),
    ] = None,
    ship_to: Annotated[str | None, typer.Option(help="The new address.")] = None,
    note: Annotated[str | None, typer.Option(help="The new note for the approvers.")] = None,
    user: AsUserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change an order that waits for approval. It is validated again, and approvals so far no longer count.

    The requester may do this, and every operator.
    """
    out = Output(as_json)
    changes = _Changes(tuple(line or ()), ship_to, note)
    run_command(out, _amend(connections_from(context), out, order_id, changes, user))


async def _amend(
    connections: Connections, out: Output, order_id: str, changes: _Changes, user: str | None
) -> ExitCode:
    if changes == _Changes((), None, None):
        raise UsageError("There is nothing to change: give --line, --ship-to or --note.")
    async with connections.workflows() as workflows:
        try:
            view = await workflows.status(order_id)
        except OrderNotFound:
            raise OrderNotFound(f"There is no order {order_id}.") from None
        if view.order is None:
            raise UsageError(f"Order {order_id} was refused as malformed; there is nothing to change.")
        request = _read(view.order, view.gate.revision, changes, user)
        return await send_request(
            workflows,
            out,
            order_id,
            request.amend_id,
            lambda: workflows.send_amendment(order_id, request),
            kind=RequestKind.AMENDMENT,
        )


def _read(order: Order, revision: int, changes: _Changes, user: str | None) -> AmendRequest:
    lines, problems = parse_line_options(changes.lines, order.currency)
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
                "lines": lines or None,
                "ship_to": changes.ship_to,
                "note": changes.note,
            }
        )
    except ValidationError as error:
        raise usage_error(error, _OPTIONS, "--as") from None
    # Raises OrderRefused before anything is sent if the workflow would refuse the amended order.
    amended(order, request)
    return request
