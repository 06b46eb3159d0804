"""Promise 3: one card per order, in the end state of its order; no second message for the same thing."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.checker.evidence import Evidence, Json, Promise, Violation

_SAYS = {
    "PENDING_MANUAL_APPROVAL": "needs approval",
    "SHIPPED": "has been shipped",
    "CANCELLED": "was cancelled",
    "EXPIRED": "expired without a decision",
    "FAILED": "failed",
}
_REFUND_SAYS = {
    "PENDING_MANUAL_APPROVAL": "needs approval",
    "REFUNDED": "is done",
    "CANCELLED": "was turned down",
    "EXPIRED": "expired without a decision",
    "FAILED": "failed",
}
_BUTTONS = {"order_approve", "order_cancel", "order_more"}


def duplicate_messages(evidence: Evidence) -> dict[str, int]:
    """How many messages there are of each key that should have one, where there are more."""
    keys = Counter(key for key in map(key_of, evidence.messages) if key is not None)
    return {key: times for key, times in keys.items() if times > 1}


def check(evidence: Evidence) -> Iterator[Violation]:
    """Every message that was posted, by the key in its metadata."""
    for key, times in duplicate_messages(evidence).items():
        yield _wrong(key, f"it was posted {times} times")
    cards = {key_of(message): message for message in evidence.messages}
    for row in evidence.orders:
        waited = any(
            each["event_key"] == "status.PENDING_MANUAL_APPROVAL"
            for each in evidence.of(evidence.events, row["order_id"])
        )
        key = f"{row['order_id']}:card"
        yield from _check_card(key, cards.get(key), waited, row["status"], _SAYS)
    for row in evidence.refunds:
        waited = any(
            each["event_key"] == f"refund.PENDING_MANUAL_APPROVAL/{row['refund_id']}"
            for each in evidence.of(evidence.events, row["order_id"])
        )
        key = f"{row['order_id']}:card-{row['refund_id']}"
        yield from _check_card(key, cards.get(key), waited, row["status"], _REFUND_SAYS)


def _check_card(
    key: str, card: Json | None, waited: bool, status: str, says: dict[str, str]
) -> Iterator[Violation]:
    if card is None:
        if waited:
            yield _wrong(key, "it waited for people, and has no card")
        return
    title = card["text"].split("\n")[0]
    wanted = says.get(status)
    if wanted is None or wanted not in title:
        yield _wrong(key, f"it is {status}, and its card says {title[:120]!r}")
    open_buttons = buttons_of(card)
    if status == "PENDING_MANUAL_APPROVAL" and not open_buttons:
        yield _wrong(key, "it waits for people, and its card has no buttons")
    if status != "PENDING_MANUAL_APPROVAL" and open_buttons:
        yield _wrong(key, f"it is {status}, and its card still has {sorted(open_buttons)}")


def key_of(message: Json) -> str | None:
    """What makes the message unique, as its metadata says."""
    metadata = message.get("metadata") or {}
    key = (metadata.get("event_payload") or {}).get("key")
    return None if key is None else str(key)


def buttons_of(message: Json) -> set[str]:
    """The buttons with which something can be decided."""
    elements = [each for block in message.get("blocks") or () for each in block.get("elements") or ()]
    return {each["action_id"] for each in elements if each.get("action_id") in _BUTTONS}


def _wrong(key: str, what: str) -> Violation:
    return Violation(Promise.ONE_CARD, key, what)
