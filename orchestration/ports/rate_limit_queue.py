"""Interface of the queue for Slack calls that exceed a rate limit; PostgreSQL keeps it, all bots share it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Protocol


class Priority(IntEnum):
    """Who goes first where Slack cannot take all: the smaller number."""

    CARD = 1
    """A card that waits for people, or has to say what they decided or how it ended."""
    PROGRESS = 2
    """A card that has to say how far payment and shipping are."""
    CHATTER = 3
    """Everything that nobody has to act on: replies, reminders, direct messages."""


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """One call. `bucket` is what Slack limits as one; `key` is unique within it."""

    bucket: str
    key: str
    order_id: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """`wait` None: it is your turn. Otherwise ask again after so long; `ahead` calls go first."""

    ahead: int
    wait: timedelta | None


def card_in_queue(ahead: int) -> str:
    """Say where a card stands that waits for its turn."""
    return f"card is queued ({ahead} ahead)" if ahead else "card is next in the queue"


class RateLimitQueue(Protocol):
    """Shared by all bots. Times are the database's own clock."""

    async def busy(self) -> frozenset[str]:
        """Return the lanes in which anybody waits, or to which Slack has said to wait."""

    async def take(self, turn: QueuedCall) -> QueuePosition:
        """Enter the lane, unless in it already, and ask whether it is this call's turn."""

    async def refused(self, turn: QueuedCall, retry_after: float) -> QueuePosition:
        """Close the lane for so many seconds, as Slack has asked; the call keeps its place in it."""

    async def leave(self, turn: QueuedCall) -> None:
        """The call has been taken, or is not needed any more."""
