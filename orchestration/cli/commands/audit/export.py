"""The command `audit export`: write events of the audit log, with their hashes, to a file or a pipe."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.commands.audit.formats import Format, csv_header, csv_line, json_line
from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.time_zone import terminal_zone
from orchestration.cli.options.times import parse_moment
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.file import OutputFile, open_output
from orchestration.cli.output.slow_progress import SlowProgress
from orchestration.cli.output.times import utc_time
from orchestration.cli.run import run_command
from orchestration.domain.audit.event import ChainedEvent
from orchestration.domain.audit.head import Head, HeadBuilder
from orchestration.domain.sanitize import sanitize
from orchestration.domain.written_times.moments import PAST_EXAMPLES
from orchestration.ports.audit_log import AuditLog


def export(
    context: typer.Context,
    *,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help=f"Only events written at this time or later: {PAST_EXAMPLES}.")
    ],
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Only events written before this time. Default: now.")
    ] = None,
    file_format: Annotated[
        Format, typer.Option("--format", help="jsonl is exact; csv is safe to open in a spreadsheet.")
    ] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: standard output. Replaced once complete.")
    ] = None,
    head_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the head to this file too; keep it elsewhere.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the events of a period with their hashes, oldest first, and end with the head of the whole log.

    With --json, which needs --output, the document has the number of events and the head.
    """
    out = Output(as_json)
    destination = _Destination(file_format, output, head_file)
    run_command(out, _export(connections_from(context), out, since, until, destination))


@dataclass(frozen=True, slots=True)
class _Destination:
    """The format and the files to write; `output` None: standard output, `head_file` None: no file."""

    format: Format
    output: Path | None
    head_file: Path | None


async def _export(
    connections: Connections, out: Output, since_text: str, until_text: str | None, destination: _Destination
) -> ExitCode:
    """Write the events, then the head. Raises UsageError, also for a file that cannot be written."""
    if out.as_json and destination.output is None:
        raise UsageError("--json: needs --output; standard output is for one document.")
    now, zone = datetime.now(UTC), terminal_zone()
    since = parse_moment("--since", since_text, now, zone)
    until = None if until_text is None else parse_moment("--until", until_text, now, zone)
    async with connections.audit() as log:
        # Read first: events that are committed later belong to the next export.
        horizon = await log.last_stable_event_id()
        with open_output(destination.output) as file:
            count = await _write(log.by_time(since, until, horizon), out, destination.format, file)
            head = await _build_head(log, horizon)
    if destination.head_file is not None:
        with open_output(destination.head_file) as file:
            file.write(f"{head}\n")
    out.info(f"{count} events written from {utc_time(since)} on. Keep the head elsewhere:")
    out.info(str(head), "")
    out.print_json(
        {
            "events": count,
            "since": utc_time(since),
            "until": utc_time(until),
            "format": destination.format.value,
            "output": str(destination.output),
            "head": {
                "text": str(head),
                "event_id": head.event_id,
                "events": head.events,
                "orders": head.orders,
                "sha256": head.digest,
            },
        }
    )
    return ExitCode.OK


async def _write(
    exported: AsyncGenerator[ChainedEvent, None], out: Output, file_format: Format, file: OutputFile
) -> int:
    to_line = json_line if file_format is Format.JSONL else csv_line
    # A CSV file has the text unchanged; in a terminal it could control the terminal. JSON is ASCII.
    guard = sanitize if file_format is Format.CSV and file.isatty else str
    if file_format is Format.CSV:
        file.write(f"{csv_header()}\r\n")
    end, count = ("\n" if file_format is Format.JSONL else "\r\n"), 0
    with SlowProgress(out, silent=file.isatty) as progress:
        async with aclosing(exported) as events:
            async for event in events:
                file.write(guard(to_line(event)) + end)
                count += 1
                progress.update(f"{count:,} events")
    return count


async def _build_head(log: AuditLog, horizon: int) -> Head:
    builder = HeadBuilder()
    async with aclosing(log.last_events(horizon)) as ends:
        async for end in ends:
            builder.add(end)
    return builder.build(horizon)
