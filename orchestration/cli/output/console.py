"""Prints what commands answer: tables and colour in a terminal, plain lines in a pipe, JSON with ``--json``.

Results go to standard output; notes, progress and errors go to standard error.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.sanitize import sanitize

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document; times are in UTC, amounts in minor units.")
]

_CELL_STYLES = {
    "SHIPPED": "green",
    "APPROVED": "green",
    "PENDING_MANUAL_APPROVAL": "yellow",
    "FAILED": "red",
    "CANCELLED": "red",
    "EXPIRED": "red",
}


def _stdout() -> Console:
    return Console(markup=False, highlight=False, emoji=False)


def _stderr() -> Console:
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


@dataclass(frozen=True)
class Output:
    """Prints for one command; everything is sanitized, so that no text can control the terminal.

    With `as_json` only `print_json` writes to standard output.
    """

    as_json: bool
    stdout: Console = field(default_factory=_stdout)
    stderr: Console = field(default_factory=_stderr)

    def print(self, text: str, style: str = "") -> None:
        """Print a line of the result to standard output."""
        if not self.as_json:
            self.stdout.print(Text(sanitize(text), style), soft_wrap=True)

    def info(self, text: str, style: str = "dim") -> None:
        """Print a line that is not part of the result to standard error."""
        self.stderr.print(Text(sanitize(text), style), soft_wrap=True)

    def print_fields(self, fields: Sequence[tuple[str, str | None]]) -> None:
        """Print names and values; those without a value are left out."""
        shown = [(name, sanitize(value)) for name, value in fields if value]
        if self.as_json:
            return
        if not self.stdout.is_terminal:
            self._write(f"{name}: {value}" for name, value in shown)
            return
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column()
        for name, value in shown:
            grid.add_row(Text(name), Text(value, _CELL_STYLES.get(value, "")))
        self.stdout.print(grid)

    def print_table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, wrap: str) -> None:
        """Print rows; in a pipe one line each, separated by tabs and without a heading.

        In a narrow terminal only the column `wrap` is broken over several lines.
        """
        if self.as_json:
            return
        sanitized = [[sanitize(cell) for cell in row] for row in rows]
        if not self.stdout.is_terminal:
            self._write("\t".join(row) for row in sanitized)
            return
        table = Table(box=box.SIMPLE_HEAD, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold", no_wrap=column != wrap)
        for row in sanitized:
            table.add_row(*(Text(cell, _CELL_STYLES.get(cell, "")) for cell in row))
        self.stdout.print(table)

    def print_json(self, document: Mapping[str, object]) -> None:
        """Print the command's JSON document if ``--json`` was given."""
        if self.as_json:
            # ASCII only: no text can control the terminal, and every locale can print it.
            self._write([json.dumps(document, indent=2)])

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """Show a spinner with a text in a terminal; yields the function that changes the text."""
        if not self.stderr.is_terminal:
            yield lambda _: None
            return
        with self.stderr.status("waiting") as status:
            yield lambda text: status.update(Text(sanitize(text)))

    def error(self, text: str, code: ExitCode, details: Sequence[str] = ()) -> None:
        """Print an error to standard error, and as a JSON document if ``--json`` was given."""
        self.info(text, "red")
        for detail in details:
            self.info(f"  {detail}", "")
        error = {"exit_code": code.value, "kind": code.name.lower(), "message": text}
        self.print_json({"error": error | ({"details": list(details)} if details else {})})

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.file.write(f"{line}\n")
