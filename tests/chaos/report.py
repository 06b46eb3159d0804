"""Prints the results of one run, and of several, as tables."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from tests.chaos.checker.evidence import Evidence, Promise
from tests.chaos.run import Result

_PROMISES = {
    Promise.NO_CLICK_LOST: "1 no accepted click is lost",
    Promise.NO_MONEY_TWICE: "2 no money or parcel twice, unpaid or unapproved",
    Promise.ONE_CARD: "3 one card, in the end state",
    Promise.ENDS_OR_WAITS: "4 every order ends or waits for a named reason",
    Promise.AUDIT: "5 the audit log is whole, in order, once",
    Promise.NOBODY_WITHOUT_RIGHT: "6 nobody without the right; words stay words",
}
_AT_MOST = 15


def show(console: Console, result: Result) -> None:
    """Print one run."""
    evidence = result.evidence
    table = Table(title=f"Chaos, seed {result.plan.seed}: {result.seconds:.0f} s", title_justify="left")
    table.add_column("what")
    table.add_column("how many", justify="right")
    table.add_column("of which")
    orders = Counter(row["status"] for row in evidence.orders)
    table.add_row("orders", str(len(evidence.planned)), _words(orders))
    clicks = clicks_of(evidence)
    table.add_row("clicks and commands", str(clicks.total()), _words(clicks))
    verdicts = Counter(row["verdict"] for row in evidence.decisions)
    table.add_row("decisions", str(verdicts.total()), _words(verdicts))
    left = Counter(line["order"] for line in evidence.noted("left undone"))
    table.add_row(
        "people who gave up waiting", str(left.total()), "a card did not come, or did not end, in time"
    )
    faults = faults_of(evidence)
    table.add_row("faults", str(faults.total()), _words(faults))
    ended = Counter(f"{line['name']} ({line['code']})" for line in evidence.noted("ended by itself"))
    table.add_row("ended by themselves", str(ended.total()), _words(ended))
    table.add_row("slowest stop on SIGTERM", *_slowest(evidence))
    table.add_row("doubled before reconcile", str(result.doubled_before), result.mended)
    found = Counter(violation.promise for violation in result.violations)
    for promise, words in _PROMISES.items():
        table.add_row(f"violations: {words}", str(found[promise]), style="red" if found[promise] else "")
    console.print(table)
    for violation in result.violations[:_AT_MOST]:
        console.print(f"  {violation.promise} {violation.subject}: {violation.what}", markup=False)
    if result.violations:
        console.print(f"Plan, journal and logs are in {result.folder}", markup=False)


def summarise(console: Console, results: Sequence[Result]) -> None:
    """Print all runs together."""
    table = Table(title="All runs", title_justify="left")
    for column in (
        "seed",
        "orders",
        "clicks",
        "decisions",
        "faults",
        "doubled before",
        "violations",
        "minutes",
    ):
        table.add_column(column, justify="right")
    rows = [_row(result) for result in results]
    for result, row in zip(results, rows, strict=True):
        table.add_row(str(result.plan.seed), *_cells(row))
    if len(rows) > 1:
        table.add_section()
        table.add_row("all", *_cells([sum(column) for column in zip(*rows, strict=True)]))
    console.print(table)


def clicks_of(evidence: Evidence) -> Counter[str]:
    """What people did, by kind."""
    clicks = Counter(str(line["do"]) for line in evidence.noted("click"))
    clicks["in two envelopes"] += sum(line["copies"] > 1 for line in evidence.noted("click"))
    for event in ("form", "typed", "operator", "cli", "amended"):
        clicks[event] += len(evidence.noted(event))
    return +clicks


def faults_of(evidence: Evidence) -> Counter[str]:
    """What was done to the system, by kind."""
    return Counter(
        str(line["rule"].get("kind") or f"{line['kind']} {line['target']}".strip())
        for line in evidence.noted("fault")
    )


def _row(result: Result) -> list[float]:
    evidence = result.evidence
    clicks = clicks_of(evidence)
    return [
        len(evidence.planned),
        clicks.total() - clicks["in two envelopes"],
        len(evidence.decisions),
        faults_of(evidence).total(),
        result.doubled_before,
        len(result.violations),
        result.seconds / 60,
    ]


def _cells(row: Iterable[float]) -> list[str]:
    *counts, minutes = row
    return [*(f"{count:.0f}" for count in counts), f"{minutes:.1f}"]


def _slowest(evidence: Evidence) -> tuple[str, str]:
    """How long it took, whose it was, and the exit codes of all that were stopped so."""
    stops = evidence.noted("stopped")
    if not stops:
        return "", ""
    slowest = max(stops, key=lambda line: float(line["seconds"]))
    codes = Counter(f"with exit code {line['code']}" for line in stops)
    return f"{slowest['seconds']:.1f} s", f"{slowest['name']}; {_words(codes)}"


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{times} {name}" for name, times in counts.most_common())
