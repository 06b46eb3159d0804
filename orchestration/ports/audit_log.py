"""Interface for reading the audit log."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.domain.audit.event import ChainedEvent, LastEvent


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit log."""

    event_id: int
    order_id: str
    type: str
    """Such as ``status.APPROVED``, ``decision.refused``, ``payment.charged``."""
    actor: str | None
    detail: Mapping[str, object]
    occurred_at: datetime
    recorded_at: datetime


class AuditLog(Protocol):
    """The whole audit log, read as it stands at one moment; no more than a few hundred events in memory."""

    async def last_stable_event_id(self) -> int:
        """Return the newest event_id up to which no event can come any more; 0 if there are none."""

    def by_order(self, order_id: str | None = None) -> AsyncGenerator[ChainedEvent, None]:
        """Yield all events, or those of one order, by order (in the byte order of the ids) and position."""

    def by_time(
        self, since: datetime, until: datetime | None, up_to: int
    ) -> AsyncGenerator[ChainedEvent, None]:
        """Yield what was written from `since` on and before `until`, up to that event_id, by event_id."""

    def last_events(self, up_to: int) -> AsyncGenerator[LastEvent, None]:
        """Yield the last event of each order up to that event_id, in the byte order of the orders' ids."""
