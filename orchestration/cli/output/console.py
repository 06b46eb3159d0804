"""What the commands print: tables and colour in a terminal, plain lines in a pipe, one document with --json.

Results go to standard output, everything about the work itself to standard error.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.sanitize import sanitize

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document: times in UTC, minor units.")]

_STYLES = {
    "SHIPPED": "green",
    "APPROVED": "green",
    "PENDING_MANUAL_APPROVAL": "yellow",
    "FAILED": "red",
    "CANCELLED": "red",
    "EXPIRED": "red",
}


def clean(text: str) -> str:
    """Take out what could command a terminal: escape sequences, line breaks, changes of direction."""
    return sanitize(text)


def local(moment: datetime) -> str:
    """Write a time in the user's own zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def in_table(moment: datetime) -> str:
    """The same for tables, whose headings name the zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def local_zone() -> str:
    """Name of the user's own zone."""
    return datetime.now(UTC).astimezone().strftime("%Z")


def utc(moment: datetime | None) -> str | None:
    """Write a time for machines."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _stdout() -> Console:
    return Console(markup=False, highlight=False, emoji=False)


def _stderr() -> Console:
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


@dataclass(frozen=True)
class Output:
    """Where one command prints. With `as_json` the only thing on standard output is `document`."""

    as_json: bool
    results: Console = field(default_factory=_stdout)
    notes: Console = field(default_factory=_stderr)

    def say(self, text: str, style: str = "") -> None:
        """Print a line of the result."""
        if not self.as_json:
            self.results.print(Text(clean(text), style), soft_wrap=True)

    def note(self, text: str, style: str = "dim") -> None:
        """Print a line about the work to standard error."""
        self.notes.print(Text(clean(text), style), soft_wrap=True)

    def fields(self, rows: Sequence[tuple[str, str | None]]) -> None:
        """Print names and values; those without a value are left out."""
        shown = [(name, clean(value)) for name, value in rows if value]
        if self.as_json:
            return
        if not self.results.is_terminal:
            self._write(f"{name}: {value}" for name, value in shown)
            return
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column()
        for name, value in shown:
            grid.add_row(Text(name), Text(value, _STYLES.get(value, "")))
        self.results.print(grid)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, folds: str) -> None:
        """Print rows; in a pipe one line each, separated by tabs and without a heading.

        In a narrow terminal the column `folds` gives way.
        """
        if self.as_json:
            return
        cleaned = [[clean(cell) for cell in row] for row in rows]
        if not self.results.is_terminal:
            self._write("\t".join(row) for row in cleaned)
            return
        table = Table(box=box.SIMPLE_HEAD, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold", no_wrap=column != folds)
        for row in cleaned:
            table.add_row(*(Text(cell, _STYLES.get(cell, "")) for cell in row))
        self.results.print(table)

    def document(self, content: Mapping[str, object]) -> None:
        """Print the JSON document, if that is what was asked for."""
        if self.as_json:
            # ASCII only: whatever the text holds, it cannot command a terminal, and any locale can print it.
            self._write([json.dumps(content, indent=2)])

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """Show, in a terminal, what is being waited for; yields what changes the words."""
        if not self.notes.is_terminal:
            yield lambda _: None
            return
        with self.notes.status("waiting") as status:
            yield lambda text: status.update(Text(clean(text)))

    def problem(self, text: str, code: ExitCode, details: Sequence[str] = ()) -> None:
        """Say what went wrong, and in the document too."""
        self.note(text, "red")
        for detail in details:
            self.note(f"  {detail}", "")
        error = {"exit_code": code.value, "kind": code.name.lower(), "message": text}
        self.document({"error": error | ({"details": list(details)} if details else {})})

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.results.file.write(f"{line}\n")
