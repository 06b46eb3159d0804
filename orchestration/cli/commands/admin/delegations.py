"""The command `delegations`: list who decides for whom at the moment."""

from datetime import UTC, datetime

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.delegation import delegation_document
from orchestration.cli.output.times import local_zone, table_time
from orchestration.cli.run import run_command
from orchestration.domain.approval.delegations import DelegationGrant


def delegations(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List the delegations that are active at the moment, oldest first."""
    out = Output(as_json)
    run_command(out, _list(connections_from(context), out))


async def _list(connections: Connections, out: Output) -> ExitCode:
    async with connections.delegations() as delegations:
        active = await delegations.all_active(datetime.now(UTC))
    if active:
        zone = local_zone()
        columns = ("Away", "Delegate", "Group", f"Since ({zone})", f"Until ({zone})", "Created by")
        out.print_table(columns, [_cells(each) for each in active], wrap="Created by")
    else:
        out.info("Nobody has delegated anything.")
    out.print_json({"delegations": [delegation_document(each) for each in active]})
    return ExitCode.OK


def _cells(granted: DelegationGrant) -> tuple[str, ...]:
    return (
        granted.person,
        granted.delegate,
        granted.group or "all",
        table_time(granted.since),
        table_time(granted.until),
        granted.created_by,
    )
