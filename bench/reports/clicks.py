"""Shows the measurements of clicks as tables, with the goals."""

import argparse
from collections.abc import Mapping, Sequence
from statistics import median

from bench.harness.clicks import ACK_LIMIT, ANSWER_LIMIT, Times
from bench.reports.percentile import percentile
from bench.reports.report import Cell, Goal, Grid, Report

MOST_ACK = 100.0
"""Milliseconds, p99 under load. Slack gives up after 3,000."""
MOST_AT_REST = 1000.0
"""Milliseconds until an accepted click is seen on the card when nothing else goes on."""


def report_on(
    ack_only: Times,
    busy: Times,
    rest: Times,
    cores: Mapping[str, Sequence[float]],
    options: argparse.Namespace,
) -> Report:
    """Show the bot's clicks beside those of a listener that only acks."""
    rate = f"{options.rate}/s"
    rows = (
        _row(f"ack, {rate}: a listener that only acks", ack_only.acks),
        _row(f"ack, {rate}: the bot", busy.acks),
        _row(f"answer to a refused click, {rate}", busy.refused),
        _row(f"accepted click on the card, {rate}", busy.accepted),
        _row("ack, one click at a time: the bot", rest.acks),
        _row("answer to a refused click, one at a time", rest.refused),
        _row("accepted click on the card, one at a time", rest.accepted),
    )
    use = Grid(
        f"Clicks: percent of a core during the bot's turns at {rate}",
        tuple(cores),
        (tuple(median(each) for each in cores.values()),),
    )
    notes = (
        f"{options.rounds} turns of {options.seconds} s each, the two apps alternating on one machine; every "
        f"{options.accept_every}th click approves an order, which is then charged and shipped; the others "
        "are refused (the requester's own order): signalled, judged, audited and answered",
        "from the moment Slack (the simulator, in this process) sends the click until it has the ack, or "
        f"the answer can be seen; no ack counts as {ACK_LIMIT:.0f} ms, no answer as {ANSWER_LIMIT:.0f} ms",
    )
    goals = (
        Goal(f"ack p99 at {rate}", percentile(busy.acks, 0.99), MOST_ACK, "ms"),
        Goal(
            "accepted click on the card, one at a time, p99",
            percentile(rest.accepted, 0.99),
            MOST_AT_REST,
            "ms",
        ),
    )
    columns = ("from the click to, ms", "clicks", "p50", "p99", "longest")
    return Report("clicks", (Grid("Clicks", columns, rows), use), goals, notes)


def _row(name: str, times: Sequence[float]) -> tuple[Cell, ...]:
    return (name, len(times), percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1))
