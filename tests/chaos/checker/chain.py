"""The hash chain of the audit log, computed from docs/audit-log.md alone."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.chaos.checker.evidence import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION = 1


def faults(events: list[Json]) -> Iterator[str]:
    """What is wrong with the chain of one order."""
    before: bytes | None = None
    for position, event in enumerate(sorted(events, key=lambda each: int(each["position"])), start=1):
        if event["position"] != position:
            yield f"position {position} is missing"
            return
        if event["previous_hash"] != before:
            yield f"position {position} is not linked to the one before it"
        if event["hash"] != hash_of(event):
            yield f"position {position} does not come to the hash that it carries"
        before = event["hash"]


def hash_of(event: Json) -> bytes:
    """SHA-256 of an event's canonical form; `detail` is the text as PostgreSQL writes it."""
    previous = event["previous_hash"]
    fields = (
        _VERSION,
        None if previous is None else previous.hex(),
        event["position"],
        event["event_id"],
        event["order_id"],
        event["event_key"],
        event["type"],
        event["actor"],
        _microseconds(event["occurred_at"]),
        _microseconds(event["recorded_at"]),
        event["detail"],
    )
    return hashlib.sha256(b"".join(map(_netstring, fields))).digest()


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _netstring(value: object) -> bytes:
    if value is None:
        return b"-,"
    text = str(value).encode()
    return b"%d:%s," % (len(text), text)
