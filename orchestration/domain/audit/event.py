"""Events of the audit log, with the fields that their hash covers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An event with its position in the hash chain. Times are microseconds since 1970 in UTC.

    A time is None only if somebody stored one that is outside the calendar; every event is written with both.
    """

    event_id: int
    order_id: str
    position: int
    """The position within the events of the order, from 1."""
    event_key: str
    type: str
    actor: str | None
    detail: str
    """JSON, exactly as PostgreSQL writes it."""
    occurred_at: int | None
    recorded_at: int | None
    previous_hash: bytes | None
    """The hash of the event before; None for the first event of the order."""
    hash: bytes


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The last event of an order."""

    order_id: str
    position: int
    hash: bytes


def netstring(value: str | None) -> bytes:
    """Encode a field with its length, as in ``5:hello,``. None is ``-,`` and an empty text ``0:,``."""
    if value is None:
        return b"-,"
    written = value.encode()
    return b"%d:%s," % (len(written), written)
