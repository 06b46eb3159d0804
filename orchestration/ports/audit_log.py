"""Interface for reading the audit log."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.domain.audit.event import ChainedEvent, LastEvent


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the audit log."""

    event_id: int
    order_id: str
    type: str
    """Such as ``status.APPROVED``, ``decision.refused``, ``payment.charged``."""
    actor: str | None
    detail: Mapping[str, object]
    occurred_at: datetime
    recorded_at: datetime


class AuditLog(Protocol):
    """Reads the audit log from one snapshot, with at most a few hundred events in memory."""

    async def last_stable_event_id(self) -> int:
        """Return the event_id up to which no more events can appear; 0 if there are no events."""

    def by_order(self, order_id: str | None = None) -> AsyncGenerator[ChainedEvent, None]:
        """Yield all events, or those of one order, sorted by order id (in byte order) and position."""

    def by_time(
        self, since: datetime, until: datetime | None, up_to: int
    ) -> AsyncGenerator[ChainedEvent, None]:
        """Yield the events recorded from `since` on and before `until`, up to an event_id, sorted by it."""

    def last_events(self, up_to: int) -> AsyncGenerator[LastEvent, None]:
        """Yield the last event of each order up to that event_id, in the byte order of the order ids."""
