"""What the bot needs from a database of its own messages and processes; `db/` implements it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.domain.fields import MessageRef


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A row of `slack_messages`: the intent to post one message, and where it is once that is known.

    `attempts` counts the posts that were set out on, `attempted_at` is when the last one was.
    """

    key: str
    order_id: str
    channel: str
    posted: MessageRef | None
    attempts: int
    first_attempt_at: datetime
    attempted_at: datetime


class MessageStore(Protocol):
    """The exactly-once protocol's memory. Times are the database's own clock."""

    async def find(self, key: str) -> SlackMessage | None:
        """Return the intent row, if there is one."""

    async def begin(self, key: str, order_id: str, purpose: str, channel: str) -> tuple[SlackMessage, bool]:
        """Insert the intent row unless it is there. True if this call inserted it: it may post at once."""

    async def retry(self, key: str, seen_attempts: int) -> bool:
        """Set out on another attempt. False if somebody else has, since `seen_attempts` was read."""

    async def posted(self, key: str, ref: MessageRef) -> MessageRef:
        """Store where the message is; the first one stored wins and is returned."""

    async def replaced(self, key: str, gone: MessageRef) -> None:
        """Forget a message that somebody deleted in Slack, so that it is posted anew."""

    async def age_seconds(self, key: str) -> float:
        """Seconds since the last attempt, by the database's clock."""


@dataclass(frozen=True, slots=True)
class BotSession:
    """A running bot. `process` is where (host:pid), `sockets` how many connections to Slack it may have."""

    session_id: str
    process: str
    sockets: int
    app_id: str | None
    """None: Slack has not greeted it yet."""


class BotSessionStore(Protocol):
    """Which bots run, by the database's clock."""

    async def beat(self, session: BotSession) -> None:
        """Store that it runs, and forget those that were silent for too long."""

    async def live(self, app_id: str | None) -> tuple[BotSession, ...]:
        """Return those of this app, and those whose app is not known yet, oldest first."""

    async def end(self, session_id: str) -> None:
        """Forget one that stops."""
