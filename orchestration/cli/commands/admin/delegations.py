"""`delegations`: who decides for whom at the moment."""

from datetime import UTC, datetime

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Json, Output, in_table, local_zone, utc
from orchestration.cli.run import perform
from orchestration.domain.approval.delegations import Granted


def delegations(context: typer.Context, *, as_json: Json = False) -> None:
    """List the delegations that hold at the moment, oldest first."""
    out = Output(as_json)
    perform(out, _list(connections_of.of(context), out))


def document(granted: Granted) -> dict[str, object]:
    """Return a delegation for machines."""
    return {
        "delegation_id": granted.delegation_id,
        "person": granted.person,
        "delegate": granted.delegate,
        "group": granted.group,
        "since": utc(granted.since),
        "until": utc(granted.until),
        "created_by": granted.created_by,
    }


async def _list(connections: Connections, out: Output) -> ExitCode:
    async with connections.delegations() as delegations:
        active = await delegations.all_active(datetime.now(UTC))
    if active:
        zone = local_zone()
        columns = ("Away", "Decided for by", "Group", f"Since ({zone})", f"Until ({zone})", "Set up by")
        out.table(columns, [_cells(each) for each in active], folds="Set up by")
    else:
        out.note("Nobody has delegated anything.")
    out.document({"delegations": [document(each) for each in active]})
    return ExitCode.OK


def _cells(granted: Granted) -> tuple[str, ...]:
    return (
        granted.person,
        granted.delegate,
        granted.group or "all",
        in_table(granted.since),
        in_table(granted.until),
        granted.created_by,
    )
