"""The evidence of a small run without violations, which tests change to plant some."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from tests.chaos.checker.chain import hash_of
from tests.chaos.checker.evidence import Evidence, Json, Ledger, Workflow

E = TypeVar("E", Evidence, Ledger)

ORDER, WAITING, REFUNDED = "ord-1", "ord-2", "ord-3"
_STEPS = ("VALIDATED", "PENDING_MANUAL_APPROVAL", "APPROVED", "PAYMENT_CHARGED", "SHIPPING", "SHIPPED")
_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
_BUTTONS = ("order_approve", "order_cancel")


def finished() -> Evidence:
    """One order shipped, one that waits for its second approver, one shipped and refunded."""
    decisions = (
        decision(ORDER, "d-1"),
        decision(WAITING, "d-2", verdict="counted"),
        decision(REFUNDED, "d-3"),
        decision(REFUNDED, "d-4", subject="refund"),
    )
    events = [
        *_events(ORDER, _STEPS, "d-1"),
        *_events(WAITING, _STEPS[:2], "d-2"),
        *_events(REFUNDED, _STEPS, "d-3"),
        *(_event(REFUNDED, f"refund.{to}/{REFUNDED}.r") for to in ("requested", "PENDING_MANUAL_APPROVAL")),
        _event(REFUNDED, "decision.d-4"),
        *(_event(REFUNDED, f"refund.{to}/{REFUNDED}.r") for to in ("APPROVED", "REFUNDED")),
    ]
    for number, event in enumerate(events, start=1):
        event["event_id"] = number
    _chain(events)
    return Evidence(
        planned=tuple({"kind": "one approver", "order": {"order_id": each}} for each in _ORDERS),
        journal=tuple({"event": "started", "order": each} for each in _ORDERS),
        ledger=_ledger(),
        orders=(
            order(ORDER, "SHIPPED"),
            order(WAITING, "PENDING_MANUAL_APPROVAL", amount=700_000),
            order(REFUNDED, "SHIPPED"),
        ),
        payments=(_payment(ORDER, "charged"), _payment(REFUNDED, "refunded")),
        refunds=(
            {"refund_id": f"{REFUNDED}.r", "order_id": REFUNDED, "status": "REFUNDED", "created_at": 1}
            | {"requester": "U0BOB0001"},
        ),
        decisions=decisions,
        events=tuple(events),
        workflows=_workflows(),
        messages=(
            card(f"{ORDER}:card", f"📦 Order {ORDER} has been shipped"),
            card(f"{WAITING}:card", f"⏳ Order {WAITING} needs approval", *_BUTTONS),
            card(f"{REFUNDED}:card", f"📦 Order {REFUNDED} has been shipped"),
            card(f"{REFUNDED}:card-{REFUNDED}.r", f"The refund of order {REFUNDED} is done: the money"),
        ),
    )


_ORDERS = (ORDER, WAITING, REFUNDED)


def changed(evidence: E, table: str, number: int, **fields: Any) -> E:
    """The same evidence with other fields in one row of a table."""
    rows = list(deepcopy(getattr(evidence, table)))
    rows[number] = rows[number] | fields
    return _with(evidence, table, rows)


def added(evidence: Evidence, table: str, *rows: Any) -> Evidence:
    """The same evidence with more rows in a table."""
    return _with(evidence, table, [*getattr(evidence, table), *rows])


def without(evidence: Evidence, table: str, number: int) -> Evidence:
    """The same evidence with a row less in a table."""
    rows = list(getattr(evidence, table))
    del rows[number]
    return _with(evidence, table, rows)


def _with(evidence: E, table: str, rows: list[Any]) -> E:
    fields: dict[str, Any] = {table: tuple(rows)}
    return replace(evidence, **fields)


def order(order_id: str, status: str, amount: int = 120_000) -> Json:
    """A row of `orders`, asked for by Bob."""
    row = {"order_id": order_id, "status": status, "amount": amount, "currency": "EUR"}
    return row | {"requester": "U0BOB0001", "revision": 1}


def decision(order_id: str, decision_id: str, **fields: Any) -> Json:
    """A row of `decisions`: Alice's approval, recorded."""
    row = {"order_id": order_id, "decision_id": decision_id, "kind": "approve", "subject": "order"}
    actor = {"actor_kind": "slack_user", "actor_id": "U0ALICE01", "surface": "button"}
    return row | actor | {"verdict": "recorded", "revision_seen": 1} | fields


def card(key: str, title: str, *buttons: str) -> Json:
    """A message in the approvals channel."""
    elements = [{"type": "button", "action_id": each, "value": "{}"} for each in buttons]
    blocks = [{"type": "actions", "elements": elements}] if buttons else []
    metadata = {"event_type": "countersign", "event_payload": {"key": key}}
    return {"ts": key, "text": f"{title}\n1,200.00 EUR", "blocks": blocks, "metadata": metadata}


def _ledger() -> Ledger:
    paid = (ORDER, REFUNDED)
    movements = [("charge", f"pay-{each}") for each in paid] + [("dispatch", each) for each in paid]
    movements.append(("refund", f"pay-{REFUNDED}"))
    return Ledger(
        charges=tuple(
            {"payment_id": f"pay-{each}", "amount": 120_000, "currency": "EUR", "charged_at": "now"}
            | {"refunded_at": "now" if each == REFUNDED else None}
            for each in paid
        ),
        parcels=tuple({"order_id": each, "dispatched_at": "now"} for each in paid),
        movements=tuple({"kind": kind, "subject": of, "effective": 1} for kind, of in movements),
    )


def _workflows() -> tuple[Workflow, ...]:
    def one(order_id: str, status: str, decision_id: str, steps: tuple[str, ...]) -> Workflow:
        view = {"status": steps[-1], "changes": [{"to": to} for to in steps]}
        waits = {"waiting_for": "approval (1 of 2)" if status == "RUNNING" else None, "card_problem": None}
        return Workflow(f"order-{order_id}", "run", status, (_signal(decision_id),), view | waits)

    refund = {
        "refund_id": f"{REFUNDED}.r",
        "status": "REFUNDED",
        "order": {},
        "steps": [{"to": to} for to in ("PENDING_MANUAL_APPROVAL", "APPROVED", "REFUNDED")],
    }
    return (
        one(ORDER, "COMPLETED", "d-1", _STEPS),
        one(WAITING, "RUNNING", "d-2", _STEPS[:2]),
        one(REFUNDED, "COMPLETED", "d-3", _STEPS),
        Workflow(f"refund-{REFUNDED}", "run", "COMPLETED", (_signal("d-4"),), refund),
    )


def _signal(decision_id: str) -> Json:
    return {"name": "approve_order", "body": {"decision_id": decision_id}, "at": 1.0}


def _events(order_id: str, steps: tuple[str, ...], decision_id: str) -> list[Json]:
    keys = [f"status.{to}" for to in steps]
    return [_event(order_id, key) for key in (*keys[:2], f"decision.{decision_id}", *keys[2:])]


def _event(order_id: str, key: str) -> Json:
    at = {"occurred_at": _AT, "recorded_at": _AT}
    return {"order_id": order_id, "event_key": key, "type": key, "actor": None, "detail": "{}"} | at


def _chain(events: list[Json]) -> None:
    """Give each event its place and hash within its order."""
    last: dict[str, Json] = {}
    for event in events:
        before = last.get(event["order_id"])
        event["position"] = 1 if before is None else before["position"] + 1
        event["previous_hash"] = None if before is None else before["hash"]
        event["hash"] = hash_of(event)
        last[event["order_id"]] = event


def _payment(order_id: str, status: str) -> Json:
    return {"order_id": order_id, "status": status}
