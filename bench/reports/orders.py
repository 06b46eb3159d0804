"""Shows the measurements of orders as tables, with the goals."""

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from bench.harness.histories import Counts
from bench.reports.report import Cell, Goal, Grid, Report

MOST_HISTORY, LEAST_RATE = 1.3, 0.6
"""Times the bare workflow's events and workflow tasks, and its orders a second."""

_PROCESSES = ("orchestration", "bot", "Temporal", "PostgreSQL", "bench")
_WORKERS = ("orchestration", "bot")


@dataclass(slots=True)
class Measurements:
    """The measurements of one variant."""

    title: str
    rates: list[float] = field(default_factory=list)
    """Orders a second, of each turn: all of them, from the first start to the last end."""
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds of CPU an order, by process, of each turn."""
    alone: list[Counts] = field(default_factory=list)
    busy: list[Counts] = field(default_factory=list)
    signal_to_end: list[float] = field(default_factory=list)
    """Milliseconds from the approval to the workflow's end, one order at a time."""


def report_on(all_found: Sequence[Measurements], options: argparse.Namespace) -> Report:
    """Compare the last two of the four variants with the first two."""
    bare, bare_card, *ours = all_found
    notes = (
        f"orders/s: {options.orders} orders a turn, {options.in_flight} at once, median of {options.rounds} "
        "turns; a ratio is the median of the turns' own ratios, which noise touches least",
        "events and workflow tasks: of the order and its child; alone = one order at a time, approved half a "
        "second after it began to wait, as in real life; busy = in the turns",
        "worker CPU: of the processes that run workflows and activities; Temporal is the development server; "
        "bench is this process, which starts, approves and awaits, and in (d) is the Slack workspace as well",
        "goals: against (b), which makes the same number of steps; (a) leaves out those for the card",
    )
    grids = (
        _figures(all_found),
        _cpu(all_found),
        _ratios(all_found, bare, bare_card),
    )
    goals = tuple(goal for each in ours for goal in _goals(each, bare_card))
    return Report("orders", grids, goals, notes)


def _figures(all_found: Sequence[Measurements]) -> Grid:
    columns = ("an order", "orders/s", "worker CPU ms", "activities", "events alone", "workflow tasks alone")
    rows: list[tuple[Cell, ...]] = [
        (
            each.title,
            median(each.rates),
            _worker_cpu(each),
            _mean(each.alone, _activities),
            _mean(each.alone, _events),
            _mean(each.alone, _tasks),
            _mean(each.busy, _events),
            _mean(each.busy, _tasks),
            median(each.signal_to_end),
        )
        for each in all_found
    ]
    return Grid(
        "Orders: what one takes",
        (*columns, "events busy", "workflow tasks busy", "approval to end, alone, ms"),
        tuple(rows),
    )


def _cpu(all_found: Sequence[Measurements]) -> Grid:
    rows = tuple(
        (each.title, *(median(each.cpu[name]) if name in each.cpu else None for name in _PROCESSES))
        for each in all_found
    )
    return Grid("Orders: CPU milliseconds of one, by process", ("an order", *_PROCESSES), rows)


def _ratios(all_found: Sequence[Measurements], *bases: Measurements) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for each in all_found:
        row: list[Cell] = [each.title]
        for base in bases:
            row += [
                _rate_ratio(each, base),
                _worker_cpu(each) / _worker_cpu(base),
                _ratio(each, base, _events),
                _ratio(each, base, _tasks),
            ]
        rows.append(tuple(row))
    names = ("orders/s", "worker CPU", "events", "workflow tasks")
    columns = tuple(f"{name} / {letter}" for letter in "ab" for name in names)
    return Grid(
        "Orders: ratios to the bare workflows (a) and (b), alone for events and tasks",
        ("an order", *columns),
        tuple(rows),
    )


def _goals(each: Measurements, base: Measurements) -> tuple[Goal, ...]:
    return (
        Goal(f"{each.title[:3]} workflow tasks to (b)", _ratio(each, base, _tasks), MOST_HISTORY, "x"),
        Goal(f"{each.title[:3]} history events to (b)", _ratio(each, base, _events), MOST_HISTORY, "x"),
        Goal(f"{each.title[:3]} orders/s to (b)", _rate_ratio(each, base), LEAST_RATE, "x", at_most=False),
    )


def _rate_ratio(each: Measurements, base: Measurements) -> float:
    return median(mine / its for mine, its in zip(each.rates, base.rates, strict=True))


def _ratio(each: Measurements, base: Measurements, what: Callable[[Counts], int]) -> float:
    return _mean(each.alone, what) / _mean(base.alone, what)


def _worker_cpu(each: Measurements) -> float:
    return sum(median(each.cpu[name]) for name in _WORKERS if name in each.cpu)


def _mean(counts: Sequence[Counts], what: Callable[[Counts], int]) -> float:
    return fmean(map(what, counts))


def _events(counts: Counts) -> int:
    return counts.events


def _tasks(counts: Counts) -> int:
    return counts.tasks


def _activities(counts: Counts) -> int:
    return counts.activities
