"""`audit verify` and `audit export`: whether the audit log is whole, and a copy of it to keep elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.commands.audit.export import Files, Format, export_log
from orchestration.cli.commands.audit.verify import verify_log
from orchestration.cli.options.moment import EXAMPLES
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import perform

audit_app = typer.Typer(
    help="Prove that the audit log is whole, and export it.", no_args_is_help=True, rich_markup_mode=None
)


@audit_app.command("verify")
def verify(
    context: typer.Context,
    *,
    order: Annotated[str | None, typer.Option(metavar="ORDER_ID", help="Only this order's events.")] = None,
    head: Annotated[
        str | None, typer.Option(metavar="FILE_OR_TEXT", help="What an export ended with, kept elsewhere.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compute every hash of the audit log anew, and name what was changed, unlinked or taken out.

    Without --head, what was cut off at an end cannot be seen: an order's last events, or all of them.
    """
    out = Output(as_json)
    perform(out, verify_log(connections_of.of(context), out, order, head))


@audit_app.command("export")
def export(
    context: typer.Context,
    *,
    since: Annotated[str, typer.Option(metavar="WHEN", help=f"Written from then on: {EXAMPLES}.")],
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help="And before then. Default: up to now.")
    ] = None,
    written_as: Annotated[
        Format, typer.Option("--format", help="jsonl is exact; csv is safe to open in a spreadsheet.")
    ] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: standard output. Replaced once complete.")
    ] = None,
    head_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the head too; keep it elsewhere.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the events of a time with their hashes, oldest first, and end with the head of the whole log.

    With --json, which needs --output, the one document says how many events there are, and the head.
    """
    out = Output(as_json)
    files = Files(written_as, output, head_file)
    perform(out, export_log(connections_of.of(context), out, since, until, files))
