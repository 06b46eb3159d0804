"""The command `history`: show the audit log of one order."""

import json
from collections.abc import Mapping

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.times import local_zone, table_time, utc_time
from orchestration.cli.run import run_command
from orchestration.domain.errors import OrderNotFound


def history(context: typer.Context, order_id: OrderIdArgument, as_json: JsonOption = False) -> None:
    """Show the audit log of one order, oldest first: status changes and decisions, refused ones too."""
    out = Output(as_json)
    run_command(out, _history(connections_from(context), out, order_id))


async def _history(connections: Connections, out: Output, order_id: str) -> ExitCode:
    async with connections.reader() as reader:
        events = await reader.history(order_id)
    if not events:
        raise OrderNotFound(f"The audit log knows no order {order_id}.")
    out.print_table(
        (f"Time ({local_zone()})", "Event", "Actor", "Detail"),
        [
            (table_time(each.occurred_at), each.type, each.actor or "", _detail(each.detail))
            for each in events
        ],
        wrap="Detail",
    )
    out.print_json(
        {
            "order_id": order_id,
            "events": [
                {
                    "event_id": each.event_id,
                    "type": each.type,
                    "actor": each.actor,
                    "detail": dict(each.detail),
                    "occurred_at": utc_time(each.occurred_at),
                    "recorded_at": utc_time(each.recorded_at),
                }
                for each in events
            ],
        }
    )
    return ExitCode.OK


_ONLY_IN_JSON = {"decision_id", "decided_at"}
"""Details that are long and of little use to a reader."""


def _detail(detail: Mapping[str, object]) -> str:
    shown = {name: value for name, value in detail.items() if name not in _ONLY_IN_JSON}
    return ", ".join(f"{name}={_format(value)}" for name, value in shown.items() if value not in (None, []))


def _format(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
