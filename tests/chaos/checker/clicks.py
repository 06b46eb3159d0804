"""Promise 1: no accepted click is lost."""

import re
from collections.abc import Iterator

from tests.chaos.checker.evidence import Evidence, Json, Promise, Violation
from tests.chaos.checker.policy import ACCEPTED

_COUNTS = re.compile(r"^Your (approval|cancellation) of (the refund of )?order (\S+) counts")
_STORED = re.compile(r"^Your click on (the refund of )?order (\S+) is safely stored")
_KINDS = {"approval": "approve", "cancellation": "cancel"}
_UNDECIDED = {"PENDING_MANUAL_APPROVAL", "EXPIRED"}
_SIGNALS = {"approve_order": "approve", "cancel_order": "cancel"}


def check(evidence: Evidence) -> Iterator[Violation]:
    """What people were told, and what Temporal took, against what was stored."""
    yield from _told_in_slack(evidence)
    yield from _told_at_a_terminal(evidence)
    yield from _signals(evidence)
    yield from _recorded(evidence)


def _told_in_slack(evidence: Evidence) -> Iterator[Violation]:
    for told in evidence.noted("told"):
        if match := _COUNTS.match(told["text"]):
            word, refund, order_id = match.groups()
            verdicts, kind = ACCEPTED, _KINDS[word]
        elif match := _STORED.match(told["text"]):
            refund, order_id = match.groups()
            verdicts, kind = None, None
        else:
            continue
        subject = "refund" if refund else "order"
        stored = [
            each
            for each in evidence.of(evidence.decisions, order_id.rstrip(".:"))
            if (each["subject"], each["actor_id"]) == (subject, told["user"])
            and kind in {None, each["kind"]}
            and (verdicts is None or each["verdict"] in verdicts)
        ]
        if not stored:
            yield _lost(order_id, f"{told['user']} was told {told['text']!r}, and no such decision is stored")


def _told_at_a_terminal(evidence: Evidence) -> Iterator[Violation]:
    by_id = {each["decision_id"]: each for each in evidence.decisions}
    for line in evidence.noted("operator"):
        stored = by_id.get(line["decision_id"])
        if line["told"] in ACCEPTED and (stored is None or stored["verdict"] not in ACCEPTED):
            yield _lost(line["order"], f"an operator was told {line['told']!r}, stored is {_brief(stored)}")
        elif line["told"] in {"stored", "NoWorkerAnswered"} and stored is None:
            yield _lost(line["order"], "an operator was told that it is stored, and it is not")
    for line in evidence.noted("cli"):
        approved = any(
            each["kind"] == "approve" and each["verdict"] in ACCEPTED
            for each in evidence.of(evidence.decisions, line["order"])
        )
        if line["code"] == 0 and not approved:
            yield _lost(line["order"], "the command line exited with 0, and no approval is stored")


def _signals(evidence: Evidence) -> Iterator[Violation]:
    """What Temporal accepted was judged, and its verdict stored."""
    stored = {(each["order_id"], each["decision_id"]): each for each in evidence.decisions}
    for workflow in evidence.workflows:
        known = evidence.order(workflow.order_id) is not None
        for signal in workflow.signals:
            if signal["name"] not in _SIGNALS or not known:
                continue
            decision_id = signal["body"]["decision_id"]
            found = stored.get((workflow.order_id, decision_id))
            if found is None:
                yield _lost(workflow.order_id, f"Temporal has {decision_id}, and it is not among decisions")
            elif found["kind"] != _SIGNALS[signal["name"]]:
                yield _lost(workflow.order_id, f"{decision_id} was {signal['name']}, stored {found['kind']}")
            elif found["verdict"] in {"held", "asked_shipping"} and not workflow.is_running:
                yield _lost(workflow.order_id, f"{decision_id} was left without a last word")


def _recorded(evidence: Evidence) -> Iterator[Violation]:
    """What was recorded decided how the order, or its refund, went on."""
    refunds = {row["order_id"]: row for row in sorted(evidence.refunds, key=lambda row: row["created_at"])}
    orders = {row["order_id"]: row for row in evidence.orders}
    for decision in evidence.decisions:
        rows = orders if decision["subject"] == "order" else refunds
        row = rows.get(decision["order_id"])
        if decision["verdict"] != "recorded" or row is None:
            continue
        if decision["kind"] == "cancel" and row["status"] != "CANCELLED":
            yield _lost(row["order_id"], f"a cancel was recorded, and it is {row['status']}")
        if decision["kind"] == "approve" and row["status"] in _UNDECIDED:
            yield _lost(row["order_id"], f"an approval was recorded, and it is {row['status']}")


def _lost(order_id: str, what: str) -> Violation:
    return Violation(Promise.NO_CLICK_LOST, order_id, what)


def _brief(decision: Json | None) -> str:
    return "nothing" if decision is None else f"{decision['kind']}: {decision['verdict']}"
