"""One line of the audit log as its hash is made of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An event with its place in the chain. Times are microseconds since 1970 in UTC.

    A time is None only if somebody has put one there that no calendar has; events are written with both.
    """

    event_id: int
    order_id: str
    position: int
    """1, 2, 3 ... within its order."""
    event_key: str
    type: str
    actor: str | None
    detail: str
    """JSON, letter for letter as PostgreSQL writes it."""
    occurred_at: int | None
    recorded_at: int | None
    previous_hash: bytes | None
    """Of the event before it; None for the first of its order."""
    hash: bytes


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The last event of an order."""

    order_id: str
    position: int
    hash: bytes


def netstring(value: str | None) -> bytes:
    """Write a field so that its end is certain: ``5:hello,``. None is ``-,``, an empty text ``0:,``."""
    if value is None:
        return b"-,"
    written = value.encode()
    return b"%d:%s," % (len(written), written)
