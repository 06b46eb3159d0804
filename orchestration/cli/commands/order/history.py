"""`history`: the audit log of one order."""

import json
from collections.abc import Mapping

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.order_id import ExistingOrder
from orchestration.cli.output.console import Json, Output, in_table, local_zone, utc
from orchestration.cli.run import perform
from orchestration.domain.errors import OrderNotFound


def history(context: typer.Context, order_id: ExistingOrder, as_json: Json = False) -> None:
    """Show the audit log of one order, oldest first: each step and each decision, refused ones too."""
    out = Output(as_json)
    perform(out, _history(connections_of.of(context), out, order_id))


async def _history(connections: Connections, out: Output, order_id: str) -> ExitCode:
    async with connections.reader() as reader:
        events = await reader.history(order_id)
    if not events:
        raise OrderNotFound(f"The audit log knows no order {order_id}.")
    out.table(
        (f"Time ({local_zone()})", "Event", "Actor", "Detail"),
        [(in_table(each.occurred_at), each.type, each.actor or "", _detail(each.detail)) for each in events],
        folds="Detail",
    )
    out.document(
        {
            "order_id": order_id,
            "events": [
                {
                    "event_id": each.event_id,
                    "type": each.type,
                    "actor": each.actor,
                    "detail": dict(each.detail),
                    "occurred_at": utc(each.occurred_at),
                    "recorded_at": utc(each.recorded_at),
                }
                for each in events
            ],
        }
    )
    return ExitCode.OK


_ONLY_IN_JSON = {"decision_id", "decided_at"}
"""Long, and of no use to somebody who reads along."""


def _detail(detail: Mapping[str, object]) -> str:
    shown = {name: value for name, value in detail.items() if name not in _ONLY_IN_JSON}
    return ", ".join(f"{name}={_value(value)}" for name, value in shown.items() if value not in (None, []))


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
