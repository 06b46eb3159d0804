"""The command `list`: list the orders in PostgreSQL, newest first."""

import shlex
from typing import Annotated

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.times import local_zone, table_time, utc_time
from orchestration.cli.run import PROGRAM, run_command
from orchestration.domain.currency import format_amount
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.orders import OrderPage, OrderRow


def list_orders(
    context: typer.Context,
    *,
    status: Annotated[
        list[OrderStatus] | None,
        typer.Option(
            case_sensitive=False, metavar="STATUS", help="Only orders with this status. Repeatable."
        ),
    ] = None,
    pending: Annotated[bool, typer.Option("--pending", help="Only orders that wait for approval.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Orders per page.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The next page, as list printed it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List orders, newest first, as PostgreSQL has them."""
    statuses = list(status or ())
    if pending and OrderStatus.PENDING_MANUAL_APPROVAL not in statuses:
        statuses.append(OrderStatus.PENDING_MANUAL_APPROVAL)
    out = Output(as_json)
    run_command(out, _list(connections_from(context), out, statuses, limit, cursor))


async def _list(
    connections: Connections, out: Output, statuses: list[OrderStatus], limit: int, cursor: str | None
) -> ExitCode:
    async with connections.reader() as reader:
        try:
            page = await reader.page(statuses or None, cursor=cursor, limit=limit)
        except ValueError:
            raise UsageError("--cursor: this is not a cursor that list has printed.") from None
    if page.rows:
        columns = ("Order", "Status", "Amount", "Customer", "Requester", f"Created ({local_zone()})")
        out.print_table(columns, [_cells(row) for row in page.rows], wrap="Customer")
    else:
        out.info("There are no such orders.")
    if page.next_cursor:
        out.info(f"More: {_next_page(page.next_cursor, statuses, limit)}")
    out.print_json(_document(page))
    return ExitCode.OK


def _next_page(cursor: str, statuses: list[OrderStatus], limit: int) -> str:
    chosen = "".join(f" --status {status.value}" for status in statuses)
    return f"{PROGRAM} list{chosen} --limit {limit} --cursor {shlex.quote(cursor)}"


def _cells(row: OrderRow) -> tuple[str, ...]:
    order = row.order
    return (
        order.order_id,
        row.status.value,
        format_amount(order.amount, order.currency),
        order.customer,
        order.requester,
        table_time(row.created_at),
    )


def _document(page: OrderPage) -> dict[str, object]:
    orders = [
        {
            "order_id": row.order.order_id,
            "status": row.status.value,
            "order": row.order.model_dump(mode="json"),
            "revision": row.revision,
            "tier": row.tier,
            "deadline": utc_time(row.deadline),
            "reason": row.reason,
            "created_at": utc_time(row.created_at),
            "updated_at": utc_time(row.updated_at),
        }
        for row in page.rows
    ]
    return {"orders": orders, "next_cursor": page.next_cursor}
