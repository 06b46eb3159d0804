"""Promise 6: nobody without the right decides anything, and no text from outside does anything."""

import re
from collections.abc import Iterator
from typing import Any

from tests.chaos.checker.evidence import Evidence, Json, Promise, Violation
from tests.chaos.checker.policy import ACCEPTED, may_approve, may_cancel

_LIVE = re.compile(r"<!(?:channel|here|everyone)|<https?://evil|<@U0CAROL01> \*Hostile\*")
"""What the hostile customers of the plan would have Slack do."""
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def check(evidence: Evidence) -> Iterator[Violation]:
    """Whose decisions counted, and what is in the texts that were posted."""
    yield from _counted(evidence)
    for message in evidence.messages:
        for text in _mrkdwn_of(message):
            if _LIVE.search(text):
                yield _wrong(message["ts"], f"a customer's words are live in {text[:120]!r}")
        if _DIRECTION.search(repr(message.get("blocks")) + message["text"]):
            yield _wrong(message["ts"], "direction characters of a customer were posted")


def _counted(evidence: Evidence) -> Iterator[Violation]:
    seen: set[tuple[str, ...]] = set()
    for decision in evidence.decisions:
        if decision["verdict"] not in ACCEPTED:
            continue
        row = evidence.order(decision["order_id"])
        if row is None:
            yield _wrong(decision["order_id"], "a decision counted about an order that there is not")
            continue
        requester = row["requester"] if decision["subject"] == "order" else ""
        may = may_approve if decision["kind"] == "approve" else may_cancel
        if decision["subject"] == "refund":
            requester = _refund_requester(evidence, decision)
        if not may(decision, requester):
            who = f"{decision['actor_kind']}:{decision['actor_id']}"
            yield _wrong(decision["order_id"], f"{decision['kind']} of {who} was {decision['verdict']}")
        vote = (
            decision["order_id"],
            decision["subject"],
            decision["kind"],
            decision["actor_id"],
            str(decision["revision_seen"]),
        )
        if decision["subject"] == "order" and decision["actor_kind"] == "slack_user" and vote in seen:
            yield _wrong(decision["order_id"], f"{decision['actor_id']} was counted twice")
        seen.add(vote)


def _refund_requester(evidence: Evidence, decision: Json) -> str:
    """Whoever asked for the money; the last one if it was asked for several times."""
    rows = evidence.of(evidence.refunds, decision["order_id"])
    return str(rows[-1]["requester"]) if rows else ""


def _mrkdwn_of(message: Json) -> Iterator[str]:
    yield message["text"]
    yield from _mrkdwn_in(message.get("blocks") or [])


def _mrkdwn_in(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _mrkdwn_in(each)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield str(part["text"])
        for each in part.values():
            yield from _mrkdwn_in(each)


def _wrong(subject: str, what: str) -> Violation:
    return Violation(Promise.NOBODY_WITHOUT_RIGHT, subject, what)
