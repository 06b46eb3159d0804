"""`query`: everything about one order."""

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.arguments import ExistingOrder
from orchestration.cli.connections import Connections
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output import Json, Output
from orchestration.cli.perform import perform
from orchestration.cli.show import document, show
from orchestration.cli.snapshot import look


def query(context: typer.Context, order_id: ExistingOrder, as_json: Json = False) -> None:
    """Show one order: its Status, and the Workflow Status that Temporal gives it.

    The workflow itself answers. When no worker does, PostgreSQL is read, and marked so.
    """
    out = Output(as_json)
    perform(out, _query(connections_of.of(context), out, order_id))


async def _query(connections: Connections, out: Output, order_id: str) -> ExitCode:
    snapshot = await look(connections, order_id)
    show(out, snapshot)
    out.document(document(snapshot))
    return ExitCode.OK
