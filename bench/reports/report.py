"""A benchmark's report: tables for people, or one JSON document."""

import json
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

Cell = str | float | int | None
"""None: this machine does not tell."""

_PLAIN_WIDTH = 200


@dataclass(frozen=True, slots=True)
class Grid:
    """One table; the columns' names hold the units."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that should not pass a limit. Informative: a missed one fails nothing."""

    what: str
    measured: float
    limit: float
    unit: str
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Whether the figure, as it is printed, is on the right side of its limit."""
        shown = round(self.measured, 2)
        return shown <= self.limit if self.at_most else shown >= self.limit


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one benchmark. `notes` say how it was measured."""

    part: str
    grids: tuple[Grid, ...]
    goals: tuple[Goal, ...]
    notes: tuple[str, ...]


def say(progress: str) -> None:
    """Print the progress to standard error."""
    print(progress, file=sys.stderr, flush=True)


def publish(reports: Sequence[Report], *, as_json: bool) -> None:
    """Print all of it: tables in a terminal, the same without lines when piped."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    if as_json:
        print(json.dumps(_document(reports, load), indent=2))
        return
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=_PLAIN_WIDTH)
    for report in reports:
        for grid in report.grids:
            _print_grid(console, grid)
        for note in report.notes:
            console.print(f"- {note}", style="dim")
        if report.goals:
            _print_grid(console, _goals(report))
    busy = "" if load is None else f", load {load:.1f} in the last minute"
    console.print(f"\nMeasured on {os.cpu_count()} cores{busy}. Compare only what one run has measured.")


def _print_grid(console: Console, grid: Grid) -> None:
    plain = not console.is_terminal
    table = Table(
        title=grid.title, title_justify="left", title_style="bold", box=None if plain else box.ROUNDED
    )
    for number, name in enumerate(grid.columns):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in grid.rows:
        table.add_row(*(_text(cell) for cell in row))
    console.print()
    console.print(table)


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return "-"
        case float() if math.isnan(cell):
            return "-"
        case float():
            return f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"
        case _:
            return str(cell)


def _json(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def _goals(report: Report) -> Grid:
    rows = tuple(
        (
            goal.what,
            f"{goal.measured:.2f} {goal.unit}",
            f"{'at most' if goal.at_most else 'at least'} {goal.limit:g} {goal.unit}",
            "met" if goal.met else "not met",
        )
        for goal in report.goals
    )
    return Grid(f"Goals: {report.part}", ("figure", "measured", "goal", ""), rows)


def _document(reports: Sequence[Report], load: float | None) -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "load": load,
        "parts": {
            report.part: {
                "tables": [
                    {
                        "title": grid.title,
                        "rows": [dict(zip(grid.columns, map(_json, row), strict=True)) for row in grid.rows],
                    }
                    for grid in report.grids
                ],
                "goals": [
                    {"figure": goal.what, "measured": goal.measured, "unit": goal.unit}
                    | {"limit": goal.limit, "at_most": goal.at_most, "met": goal.met}
                    for goal in report.goals
                ],
                "notes": report.notes,
            }
            for report in reports
        },
    }
