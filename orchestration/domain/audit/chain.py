"""Verifies the hash chain of the audit log, as docs/audit-log.md describes it.

The hashes are computed here from the events and compared with those that the database has stored.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from orchestration.domain.audit.event import ChainedEvent, LastEvent, netstring
from orchestration.domain.audit.head import Head, HeadBuilder

_VERSION = "1"


def hash_of(event: ChainedEvent) -> bytes:
    """Return the SHA-256 that should be stored with the event."""
    fields = (
        _VERSION,
        None if event.previous_hash is None else event.previous_hash.hex(),
        str(event.position),
        str(event.event_id),
        event.order_id,
        event.event_key,
        event.type,
        event.actor,
        None if event.occurred_at is None else str(event.occurred_at),
        None if event.recorded_at is None else str(event.recorded_at),
        event.detail,
    )
    return sha256(b"".join(map(netstring, fields))).digest()


class ChainFaultKind(StrEnum):
    """What can be wrong with the audit log."""

    CHANGED = "changed"
    """The hash of the event's content is not the one that is stored with it."""
    BROKEN_LINK = "broken_link"
    """The event does not hold the hash of the event before it."""
    MISSING = "missing"
    """There is no event at this position, although there are later ones."""
    HEAD = "head"
    """Events that the head covers are missing or were changed."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One fault in the audit log. `order_id` and `position` are None for a head."""

    kind: ChainFaultKind
    order_id: str | None
    position: int | None
    detail: str


class ChainCheck:
    """Verifies all events, sorted by order id (in byte order) and position, one at a time."""

    def __init__(self, head: Head | None = None) -> None:
        self.events = 0
        self.orders = 0
        self._last: ChainedEvent | None = None
        self._head = head
        self._built = HeadBuilder()
        self._end: LastEvent | None = None

    def add(self, event: ChainedEvent) -> tuple[ChainFault, ...]:
        """Check the next event and return its faults."""
        last = self._last if self._last and self._last.order_id == event.order_id else None
        self.events += 1
        self.orders += last is None
        self._last = event
        if last is None:
            self._close_order()
        if self._head and event.event_id <= self._head.event_id:
            self._end = LastEvent(event.order_id, event.position, event.hash)
        return tuple(_faults(last, event))

    def finish(self) -> ChainFault | None:
        """After the last event, compare the log with the head. None: they agree, or there is no head."""
        if self._head is None:
            return None
        self._close_order()
        found = self._built.build(self._head.event_id)
        if found == self._head:
            return None
        detail = (
            f"up to event {self._head.event_id} it stands for {self._head.events} events of "
            f"{self._head.orders} orders, and the log has {found.events} of {found.orders}"
        )
        if (found.events, found.orders) == (self._head.events, self._head.orders):
            detail += ", of which some were changed"
        return ChainFault(ChainFaultKind.HEAD, None, None, detail)

    def _close_order(self) -> None:
        if self._end is not None:
            self._built.add(self._end)
            self._end = None


def _faults(last: ChainedEvent | None, event: ChainedEvent) -> list[ChainFault]:
    found: list[ChainFault] = []

    def fault(kind: ChainFaultKind, position: int, detail: str) -> None:
        found.append(ChainFault(kind, event.order_id, position, detail))

    before = last.position if last else 0
    if event.position > before + 1:
        # The event before it is missing, so there is no hash to compare its link with.
        detail = f"positions {before + 1} to {event.position - 1} are not there"
        if event.position == before + 2:
            detail = "it is not there"
        fault(ChainFaultKind.MISSING, before + 1, detail)
    elif event.previous_hash != (last.hash if last else None) or event.position != before + 1:
        fault(ChainFaultKind.BROKEN_LINK, event.position, "it does not carry the hash of the event before it")
    if hash_of(event) != event.hash:
        fault(ChainFaultKind.CHANGED, event.position, f"event {event.event_id} does not come to its hash")
    return found
