"""Promise 5: the audit log has everything, in order, once, and cannot be changed unseen."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.checker import chain
from tests.chaos.checker.evidence import Evidence, Json, Promise, Violation, Workflow

_STOPPED = {"CANCELLED", "FAILED"}
_UNHEARD = {"status.PAYMENT_CHARGED", "status.SHIPPING"}
"""What an activity did and stored, while its answer came too late for an order that was being stopped: it is
true, so it belongs in the log, and the money is given back. (The money is checked with promise 2.)"""
_SIGNALS = {"approve_order", "cancel_order"}


def check(evidence: Evidence) -> Iterator[Violation]:
    """`workflow_events` against what the workflows themselves remember."""
    by_order: dict[str, list[Json]] = {}
    for event in sorted(evidence.events, key=lambda each: int(each["event_id"])):
        by_order.setdefault(event["order_id"], []).append(event)
    for order_id, events in by_order.items():
        for key, times in Counter(event["event_key"] for event in events).items():
            if times > 1:
                yield _wrong(order_id, f"{key} is there {times} times")
        for fault in chain.faults(events):
            yield _wrong(order_id, fault)
    for workflow in evidence.workflows:
        if evidence.order(workflow.order_id) is None:
            continue
        events = by_order.get(workflow.order_id, [])
        yield from _steps(workflow, events)
        yield from _decisions(workflow, events)


def _steps(workflow: Workflow, events: list[Json]) -> Iterator[Violation]:
    """Every step, in the order in which it was taken."""
    if workflow.view is None:
        return
    if workflow.is_refund:
        end = f"/{workflow.view['refund_id']}"
        wanted = [f"refund.{step['to']}{end}" for step in workflow.view["steps"]]
        asked = f"refund.requested{end}"
        stored = [
            key for key in _keys(events) if key.startswith("refund.") and key.endswith(end) and key != asked
        ]
        # What was refused never became a refund: the refusal is all that is audited.
        if workflow.view["order"] is None:
            return
    else:
        wanted = [f"status.{change['to']}" for change in workflow.view["changes"]]
        stored = [key for key in _keys(events) if key.startswith("status.")]
        if workflow.view["status"] in _STOPPED:
            stored = [key for key in stored if key in wanted or key not in _UNHEARD]
    if stored != wanted:
        yield _wrong(workflow.order_id, f"its steps were {wanted}, the audit log has {stored}")


def _decisions(workflow: Workflow, events: list[Json]) -> Iterator[Violation]:
    """One last word on each decision that Temporal took."""
    keys = set(_keys(events))
    for signal in workflow.signals:
        if signal["name"] in _SIGNALS and f"decision.{signal['body']['decision_id']}" not in keys:
            yield _wrong(workflow.order_id, f"{signal['body']['decision_id']} is not in the audit log")


def _keys(events: list[Json]) -> list[str]:
    return [str(event["event_key"]) for event in events]


def _wrong(order_id: str, what: str) -> Violation:
    return Violation(Promise.AUDIT, order_id, what)
