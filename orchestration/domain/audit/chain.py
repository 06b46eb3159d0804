"""The chain of hashes in the audit log, as docs/audit-log.md describes it: computed here a second time.

Nothing here asks the database for a hash: what it says is compared with what the event itself comes to.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from orchestration.domain.audit.event import ChainedEvent, LastEvent, netstring
from orchestration.domain.audit.head import Head, HeadBuilder

_VERSION = "1"


def hash_of(event: ChainedEvent) -> bytes:
    """Return the SHA-256 that the event should carry."""
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
    """What can be wrong with the log."""

    CHANGED = "changed"
    """The event does not come to the hash that it carries."""
    BROKEN_LINK = "broken_link"
    """The event does not carry the hash of the one before it."""
    MISSING = "missing"
    """There is no event at this position, but there are later ones."""
    HEAD = "head"
    """What a head stands for is not there any more, or was changed."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One thing that is wrong. The order and the position are None for a head."""

    kind: ChainFaultKind
    order_id: str | None
    position: int | None
    detail: str


class ChainCheck:
    """Takes all events, by order (in the byte order of the ids) and position; keeps one of them at a time."""

    def __init__(self, head: Head | None = None) -> None:
        self.events = 0
        self.orders = 0
        self._last: ChainedEvent | None = None
        self._head = head
        self._built = HeadBuilder()
        self._end: LastEvent | None = None

    def add(self, event: ChainedEvent) -> tuple[ChainFault, ...]:
        """Take the next event, and return what is wrong with it."""
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
        """Say, after the last event, whether the head still holds."""
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
        # Its link leads to an event that is not there: nothing to compare it with.
        detail = f"positions {before + 1} to {event.position - 1} are not there"
        if event.position == before + 2:
            detail = "it is not there"
        fault(ChainFaultKind.MISSING, before + 1, detail)
    elif event.previous_hash != (last.hash if last else None) or event.position != before + 1:
        fault(ChainFaultKind.BROKEN_LINK, event.position, "it does not carry the hash of the event before it")
    if hash_of(event) != event.hash:
        fault(ChainFaultKind.CHANGED, event.position, f"event {event.event_id} does not come to its hash")
    return found
