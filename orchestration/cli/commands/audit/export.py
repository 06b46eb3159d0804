"""The work of `audit export`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from orchestration.cli.commands.audit.formats import csv_header, csv_line, json_line
from orchestration.cli.connections import Connections
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.moment import parse_moment
from orchestration.cli.options.time_zone import terminal_zone
from orchestration.cli.output.console import Output, clean, utc
from orchestration.cli.output.file import OutputFile, target
from orchestration.cli.output.slow_progress import Progress
from orchestration.domain.audit.event import ChainedEvent
from orchestration.domain.audit.head import Head, HeadBuilder
from orchestration.ports.audit_log import AuditLog


class Format(StrEnum):
    """How an event is written."""

    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Files:
    """What to write, and where to; None: to standard output, and nowhere else."""

    format: Format
    output: Path | None
    head_file: Path | None


async def export_log(
    connections: Connections, out: Output, since_text: str, until_text: str | None, files: Files
) -> ExitCode:
    """Write the events, then the head. Raises UsageWrong, also for a file that cannot be written."""
    if out.as_json and files.output is None:
        raise UsageWrong("--json: needs --output; standard output is for one document.")
    now, zone = datetime.now(UTC), terminal_zone()
    since = parse_moment("--since", since_text, now, zone)
    until = None if until_text is None else parse_moment("--until", until_text, now, zone)
    async with connections.audit() as log:
        # First: whatever is committed from now on belongs to the next export.
        horizon = await log.horizon()
        with target(files.output) as file:
            count = await _write(log.by_time(since, until, horizon), out, files.format, file)
            head = await _head(log, horizon)
    if files.head_file is not None:
        with target(files.head_file) as file:
            file.write(f"{head}\n")
    out.note(f"{count} events written from {utc(since)} on. Keep the head elsewhere:")
    out.note(str(head), "")
    out.document(
        {
            "events": count,
            "since": utc(since),
            "until": utc(until),
            "format": files.format.value,
            "output": str(files.output),
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
    wanted: AsyncGenerator[ChainedEvent, None], out: Output, written_as: Format, file: OutputFile
) -> int:
    line = json_line if written_as is Format.JSONL else csv_line
    # A spreadsheet gets the text as it is, a terminal none that commands it; JSON is ASCII.
    guard = clean if written_as is Format.CSV and file.isatty else str
    if written_as is Format.CSV:
        file.write(f"{csv_header()}\r\n")
    end, count = ("\n" if written_as is Format.JSONL else "\r\n"), 0
    with Progress(out, silent=file.isatty) as slow:
        async with aclosing(wanted) as events:
            async for event in events:
                file.write(guard(line(event)) + end)
                count += 1
                slow.say(f"{count:,} events")
    return count


async def _head(log: AuditLog, horizon: int) -> Head:
    builder = HeadBuilder()
    async with aclosing(log.ends(horizon)) as ends:
        async for end in ends:
            builder.add(end)
    return builder.build(horizon)
