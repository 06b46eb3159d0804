"""Turns at Slack: what a call that Slack has no room for yet is told. `db/turns.py` keeps the queue."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Protocol


class Urgency(IntEnum):
    """Who goes first where Slack cannot take all: the smaller number."""

    CARD = 1
    """A card that waits for people, or has to say what they decided or how it ended."""
    PROGRESS = 2
    """A card that has to say how far payment and shipping are."""
    CHATTER = 3
    """Everything that nobody has to act on: replies, reminders, direct messages."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One call. `lane` is what Slack limits as one; `key` is unique within it."""

    lane: str
    key: str
    order_id: str
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Place:
    """`wait` None: it is your turn. Otherwise ask again after so long; `ahead` calls go first."""

    ahead: int
    wait: timedelta | None


def card_in_queue(ahead: int) -> str:
    """Say where a card stands that waits for its turn."""
    return f"card is queued ({ahead} ahead)" if ahead else "card is next in the queue"


class SlackQueue(Protocol):
    """Shared by all bots. Times are the database's own clock."""

    async def busy(self) -> frozenset[str]:
        """Return the lanes in which anybody waits, or to which Slack has said to wait."""

    async def take(self, turn: Turn) -> Place:
        """Enter the lane, unless in it already, and ask whether it is this call's turn."""

    async def refused(self, turn: Turn, retry_after: float) -> Place:
        """Close the lane for so many seconds, as Slack has asked; the call keeps its place in it."""

    async def leave(self, turn: Turn) -> None:
        """The call has been taken, or is not needed any more."""
