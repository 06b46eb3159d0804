"""The head of the audit log: a digest of all events up to one, to be stored outside the database."""

import re
from dataclasses import dataclass
from hashlib import sha256

from orchestration.domain.audit.event import LastEvent, netstring

_TEXT = re.compile(
    r"countersign-head-1 event_id=([0-9]{1,18}) events=([0-9]{1,18}) orders=([0-9]{1,18})"
    r" sha256=([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head up to `event_id`. `digest`: SHA-256 in hex over the last position and hash of each order."""

    event_id: int
    events: int
    orders: int
    digest: str

    def __str__(self) -> str:
        return (
            f"countersign-head-1 event_id={self.event_id} events={self.events} orders={self.orders} "
            f"sha256={self.digest}"
        )

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read what `str` wrote. Raises ValueError."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError("this is not a head as audit export prints it")
        event_id, events, orders, digest = found.groups()
        return cls(int(event_id), int(events), int(orders), digest)


class HeadBuilder:
    """Computes a head from the last event of each order, added in the byte order of the order ids."""

    def __init__(self) -> None:
        self._events = 0
        self._orders = 0
        self._digest = sha256()

    def add(self, end: LastEvent) -> None:
        """Add the last event of the next order."""
        self._events += end.position
        self._orders += 1
        for each in (end.order_id, str(end.position), end.hash.hex()):
            self._digest.update(netstring(each))

    def build(self, event_id: int) -> Head:
        """Return the head, once all orders are added. `event_id` is the last event that it covers."""
        return Head(event_id, self._events, self._orders, self._digest.hexdigest())
