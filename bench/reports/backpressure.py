"""Shows the measurements of a burst as tables, with the goals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.reports.percentile import percentile
from bench.reports.report import Cell, Goal, Grid, Report

LEAST_RATE = 0.8
"""Cards a second while they queue, to what Slack's limit allows."""
IN_FLIGHT, MOST_REFUSED = 20, 0.05
"""Posts that Slack refuses: those under way when it refuses the first, and this part of all afterwards."""
MOST_GROWTH = 300.0
"""MB that a process may grow by, however many orders wait: a worker keeps 500 of them in memory."""


@dataclass(slots=True)
class Measurements:
    """The measurements of one burst."""

    orders: int
    scale: float
    starting: float = 0.0
    """Seconds until all were started."""
    cards: list[tuple[float, int]] = field(default_factory=list)
    """Seconds since the first start, and how many cards were there by then."""
    doubled: set[int] = field(default_factory=set)
    verdicts: list[float] = field(default_factory=list)
    """Milliseconds from a decision sent as the terminal does to its verdict."""
    clicks: list[float] = field(default_factory=list)
    """Milliseconds from a click to the answer that the clicker sees."""
    unanswered: int = 0
    failures: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    memory: dict[str, list[int]] = field(default_factory=dict)

    def saw(self, method: str, refused: bool) -> None:
        """Count a call to Slack."""
        (self.refused if refused else self.calls)[method] += 1

    @property
    def rate(self) -> float:
        """Cards a second between the tenth and the last: while they queue."""
        tenth = next(at for at, count in self.cards if count >= self.orders / 10)
        seconds, count = self.cards[-1]
        return (count - self.orders / 10) / (seconds - tenth)


def report_on(found: Measurements) -> Report:
    """Show the burst."""
    seconds, posted = found.cards[-1]
    allowed = found.scale
    figures: tuple[tuple[Cell, ...], ...] = (
        ("orders started", found.orders),
        ("seconds until all were started", found.starting),
        ("cards posted", posted),
        ("seconds until the last card", seconds),
        ("cards/s while they queue", found.rate),
        ("cards/s that Slack allows", allowed),
        ("posts that Slack refused with 429", found.refused["chat.postMessage"]),
        ("updates that Slack took", found.calls["chat.update"]),
        ("updates that Slack refused with 429", found.refused["chat.update"]),
        ("cards missing", found.orders - posted),
        ("cards posted twice", len(found.doubled)),
        ("decisions whose verdict took over 20 s", found.unanswered),
        ("workflows that failed", found.failures),
    )
    memory = tuple((name, each[0], max(each), each[-1]) for name, each in found.memory.items())
    grids = (
        Grid("A burst", ("what", "figure"), figures),
        Grid(
            "Decisions meanwhile, ms",
            ("surface", "decisions", "p50", "p99", "longest"),
            (_row("terminal: decision to verdict", found.verdicts), _row("click to answer", found.clicks)),
        ),
        Grid("Resident memory, MB", ("process", "at the start", "most", "at the end"), memory),
    )
    growth = max(max(each) - each[0] for each in found.memory.values())
    goals = (
        Goal("cards/s to what Slack allows", found.rate / allowed, LEAST_RATE, "times", at_most=False),
        Goal("posts refused", found.refused["chat.postMessage"], IN_FLIGHT + MOST_REFUSED * posted, ""),
        Goal("growth of a process", growth, MOST_GROWTH, "MB"),
        Goal("workflows that failed", found.failures, 0, ""),
    )
    notes = (
        f"Slack's rate limits times {found.scale:g}: {allowed:g} posts a second to a channel after a burst "
        f"of {5 * found.scale:g}, and {50 * found.scale:g} updates a minute; one bot, one orchestration",
        "decisions: a cancel by an approver of an order that mostly waits for its card yet, once a second, "
        "and a refused click on a posted card, once a second",
    )
    return Report("backpressure", grids, goals, notes)


def _row(name: str, times: Sequence[float]) -> tuple[Cell, ...]:
    return (name, len(times), percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1))
