"""Interface of the queue for Slack calls that exceed a rate limit; PostgreSQL keeps it, all bots share it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Protocol


class Priority(IntEnum):
    """Which calls go first when Slack does not accept all: those with the smaller number."""

    CARD = 1
    """A card that waits for people, or that shows a decision or the end."""
    PROGRESS = 2
    """A card that shows how far payment and shipping are."""
    NOTIFICATION = 3
    """Messages on which nobody has to act: replies, reminders, direct messages."""


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """One call to Slack. `bucket` names what Slack limits together; `key` is unique within it."""

    bucket: str
    key: str
    order_id: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """`wait` None: the call may go now. Otherwise ask again after `wait`; `ahead` calls go first."""

    ahead: int
    wait: timedelta | None


def card_in_queue(ahead: int) -> str:
    """Describe the position of a card in the queue."""
    return f"card is queued ({ahead} ahead)" if ahead else "card is next in the queue"


class RateLimitQueue(Protocol):
    """The queue that all bots share. Times are the database's own clock."""

    async def busy(self) -> frozenset[str]:
        """Return the buckets in which calls wait, or in which Slack has asked to wait."""

    async def poll(self, call: QueuedCall) -> QueuePosition:
        """Enqueue the call, unless it is queued already, and return its position."""

    async def report_refusal(self, call: QueuedCall, retry_after: float) -> QueuePosition:
        """Block the bucket for as many seconds as Slack asked for; the call keeps its place."""

    async def remove(self, call: QueuedCall) -> None:
        """Remove a call that Slack accepted, or that is not needed any more."""
