"""Every kind of violation, as a change of evidence that has none, and the promise that it breaks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.chaos.checker.evidence import Evidence, Json, Promise, Workflow
from tests.chaos.violations.finished_run import (
    ORDER,
    REFUNDED,
    WAITING,
    added,
    card,
    changed,
    decision,
    without,
)

Plant = Callable[[Evidence], Evidence]


def in_journal(**line: Any) -> Plant:
    """Somebody did, or was told, something more."""
    return lambda evidence: added(evidence, "journal", line)


def in_ledger(table: str, number: int, **fields: Any) -> Plant:
    """The books of the outside world say something else."""
    return lambda evidence: replace(evidence, ledger=changed(evidence.ledger, table, number, **fields))


def told(user: str, text: str) -> Plant:
    """Somebody was told something in Slack."""
    return in_journal(event="told", user=user, text=text)


def row(table: str, number: int, **fields: Any) -> Plant:
    """A row says something else."""
    return lambda evidence: changed(evidence, table, number, **fields)


def more(table: str, *rows: Json | Workflow) -> Plant:
    """There are more rows."""
    return lambda evidence: added(evidence, table, *rows)


def less(table: str, number: int) -> Plant:
    """A row is missing."""
    return lambda evidence: without(evidence, table, number)


def workflow(number: int, **fields: Any) -> Plant:
    """Temporal says something else; `view` is laid over the view that is there."""

    def plant(evidence: Evidence) -> Evidence:
        found = list(evidence.workflows)
        view = fields.get("view")
        merged = (found[number].view or {}) | view if view else found[number].view
        found[number] = replace(found[number], **(fields | {"view": merged}))
        return replace(evidence, workflows=tuple(found))

    return plant


def _dispatched_again(evidence: Evidence) -> Evidence:
    again = {"kind": "dispatch", "subject": ORDER, "effective": 1}
    return replace(evidence, ledger=replace(evidence.ledger, movements=(*evidence.ledger.movements, again)))


def _never_charged(evidence: Evidence) -> Evidence:
    return replace(evidence, ledger=replace(evidence.ledger, charges=evidence.ledger.charges[1:]))


def _swapped(evidence: Evidence) -> Evidence:
    first, second, *rest = (dict(each) for each in evidence.events)
    first["event_id"], second["event_id"] = second["event_id"], first["event_id"]
    return replace(evidence, events=(first, second, *rest))


_TEMPORAL_CANCEL = Workflow("order-ord-9", "run", "RUNNING")
_COUNTS = f"Your approval of order {WAITING} counts: 1 of 2."
_BOB = decision(WAITING, "d-9", actor_id="U0BOB0001", verdict="counted")
_LIVE = f"⏳ Order {WAITING} needs approval for <!channel>"
_CARD = card("x:thread", "Ended for <https://evil.example|Approve>")

PLANTED: dict[str, tuple[Promise, str, Plant]] = {
    "told that it counts": (Promise.NO_CLICK_LOST, "was told", told("U0CAROL01", _COUNTS)),
    "told that it is stored": (
        Promise.NO_CLICK_LOST,
        "was told",
        told("U0CAROL01", f"Your click on order {ORDER} is safely stored and not yet carried out."),
    ),
    "told at a terminal": (
        Promise.NO_CLICK_LOST,
        "an operator was told 'recorded'",
        in_journal(event="operator", order=ORDER, decision_id="cli-1", told="recorded"),
    ),
    "told by the command line": (
        Promise.NO_CLICK_LOST,
        "exited with 0",
        in_journal(event="cli", order="ord-0", code=0),
    ),
    "in Temporal only": (Promise.NO_CLICK_LOST, "not among decisions", less("decisions", 0)),
    "stored as its opposite": (Promise.NO_CLICK_LOST, "stored cancel", row("decisions", 1, kind="cancel")),
    "no last word": (Promise.NO_CLICK_LOST, "without a last word", row("decisions", 0, verdict="held")),
    "recorded without effect": (
        Promise.NO_CLICK_LOST,
        "an approval was recorded",
        row("decisions", 1, verdict="recorded"),
    ),
    "dispatched twice": (Promise.NO_MONEY_TWICE, "dispatch took effect 2 times", _dispatched_again),
    "charged twice": (
        Promise.NO_MONEY_TWICE,
        "charge took effect 2 times",
        in_ledger("movements", 1, subject=f"pay-{ORDER}"),
    ),
    "wrong amount": (Promise.NO_MONEY_TWICE, "it costs", in_ledger("charges", 0, amount=1)),
    "shipped unpaid": (Promise.NO_MONEY_TWICE, "shipped unpaid", _never_charged),
    "shipped unapproved": (
        Promise.NO_MONEY_TWICE,
        "shipped without the approvals",
        row("decisions", 0, verdict="not_an_approver"),
    ),
    "approved before it was amended": (
        Promise.NO_MONEY_TWICE,
        "charged without the approvals",
        row("orders", 0, revision=2),
    ),
    "not given back": (Promise.NO_MONEY_TWICE, "not given back", row("orders", 0, status="FAILED")),
    "given back for nothing": (
        Promise.NO_MONEY_TWICE,
        "there is no refund that is done",
        in_ledger("charges", 0, refunded_at="now"),
    ),
    "refund without approval": (Promise.NO_MONEY_TWICE, "refunded without", less("decisions", 3)),
    "refund that gave nothing": (
        Promise.NO_MONEY_TWICE,
        "gave nothing back",
        in_ledger("charges", 1, refunded_at=None),
    ),
    "payments row behind": (Promise.NO_MONEY_TWICE, "payments says", row("payments", 0, status="claimed")),
    "parcel kept": (
        Promise.NO_MONEY_TWICE,
        "the carrier does not have it",
        in_ledger("parcels", 0, dispatched_at=None),
    ),
    "second card": (Promise.ONE_CARD, "posted 2 times", more("messages", card(f"{ORDER}:card", "again"))),
    "no card": (Promise.ONE_CARD, "has no card", less("messages", 0)),
    "old card": (
        Promise.ONE_CARD,
        "its card says",
        row("messages", 0, text=f"⏳ Order {ORDER} needs approval"),
    ),
    "buttons alive": (
        Promise.ONE_CARD,
        "its card still has",
        row("messages", 0, blocks=[{"elements": [{"action_id": "order_approve", "value": "{}"}]}]),
    ),
    "buttons gone": (Promise.ONE_CARD, "has no buttons", row("messages", 1, blocks=[])),
    "refund's card behind": (Promise.ONE_CARD, "its card says", row("messages", 3, text="needs approval")),
    "unknown to Temporal": (
        Promise.ENDS_OR_WAITS,
        "Temporal does not know it",
        in_journal(event="started", order="ord-9"),
    ),
    "waits for nothing": (
        Promise.ENDS_OR_WAITS,
        "does not say what it waits for",
        workflow(1, view={"waiting_for": None}),
    ),
    "no answer": (
        Promise.ENDS_OR_WAITS,
        "does not say where it stands",
        more("workflows", replace(_TEMPORAL_CANCEL, workflow_id="refund-ord-9")),
    ),
    "terminated": (Promise.ENDS_OR_WAITS, "it has ended (TERMINATED)", workflow(1, status="TERMINATED")),
    "row behind": (Promise.ENDS_OR_WAITS, "its row says", row("orders", 0, status="SHIPPING")),
    "no row": (Promise.ENDS_OR_WAITS, "has no row", less("orders", 1)),
    "refund's row behind": (Promise.ENDS_OR_WAITS, "its row says", row("refunds", 0, status="APPROVED")),
    "stuck": (
        Promise.ENDS_OR_WAITS,
        "after everything had healed",
        in_journal(event="unsettled", workflow="order-ord-1", why="it waits for the payment"),
    ),
    "event missing": (Promise.AUDIT, "its steps were", less("events", 0)),
    "event twice": (
        Promise.AUDIT,
        "is there 2 times",
        lambda evidence: added(evidence, "events", evidence.events[6] | {"event_id": 99, "position": 8}),
    ),
    "out of order": (Promise.AUDIT, "its steps were", _swapped),
    "decision not audited": (Promise.AUDIT, "d-1 is not in the audit log", less("events", 2)),
    "refund step not audited": (Promise.AUDIT, "its steps were", less("events", 20)),
    "gap in the chain": (Promise.AUDIT, "position 2 is missing", less("events", 1)),
    "link broken": (Promise.AUDIT, "not linked", row("events", 3, previous_hash=b"wrong")),
    "event changed": (Promise.AUDIT, "does not come to the hash", row("events", 3, actor="somebody")),
    "counted without the right": (Promise.NOBODY_WITHOUT_RIGHT, "U0BOB0001", more("decisions", _BOB)),
    "own order": (Promise.NOBODY_WITHOUT_RIGHT, "approve", row("orders", 0, requester="U0ALICE01")),
    "counted twice": (
        Promise.NOBODY_WITHOUT_RIGHT,
        "counted twice",
        more("decisions", decision(WAITING, "d-8", verdict="counted")),
    ),
    "cancel without the right": (
        Promise.NOBODY_WITHOUT_RIGHT,
        "cancel",
        more("decisions", decision(REFUNDED, "d-7", kind="cancel", actor_id="U0EVE0001")),
    ),
    "operator from Slack": (
        Promise.NOBODY_WITHOUT_RIGHT,
        "operator",
        row("decisions", 0, actor_kind="operator", actor_id="eve"),
    ),
    "mention alive": (Promise.NOBODY_WITHOUT_RIGHT, "words are live", row("messages", 1, text=_LIVE)),
    "link alive": (Promise.NOBODY_WITHOUT_RIGHT, "words are live", more("messages", _CARD)),
    "direction turned": (
        Promise.NOBODY_WITHOUT_RIGHT,
        "direction characters",
        more("messages", card("x:thread", "Mirror \u202edekcirt")),
    ),
}
"""By name: the promise that is broken, words of the violation, and how it is planted."""
