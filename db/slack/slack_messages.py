"""Stores the intent to post each Slack message, and where the message is: this makes a post happen exactly
once.
"""

from typing import TYPE_CHECKING

import asyncpg

from db.audit import events
from db.audit.events import NewEvent
from db.pool import ACQUIRE_TIMEOUT, Pool, transaction
from db.sql import query
from db.text import storable
from orchestration.domain.fields import MessageRef
from orchestration.ports.slack_messages import SlackMessage

if TYPE_CHECKING:
    from orchestration.ports.slack_messages import MessageStore

_BEGIN_MESSAGE = query("begin_message")
_FIND_MESSAGE = query("find_message")
_RETRY_MESSAGE = query("retry_message")
_PLACE_MESSAGE = query("place_message")
_FORGET_MESSAGE = query("delete_message")
_AGE_OF_MESSAGE = query("age_of_message")


class PostgresMessageStore:
    """Implements `orchestration.ports.slack_messages.MessageStore`.

    A key that was never begun raises LookupError.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, key: str) -> SlackMessage | None:
        """Return the intent to post this message, if there is one."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            row = await connection.fetchrow(_FIND_MESSAGE, key)
        return None if row is None else _message(row)

    async def begin(self, key: str, order_id: str, purpose: str, channel: str) -> tuple[SlackMessage, bool]:
        """Insert the intent unless it exists. True if this call inserted it: then it may post at once."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            while True:
                row = await connection.fetchrow(_BEGIN_MESSAGE, key, storable(order_id), purpose, channel)
                if row is not None:
                    return _message(row), True
                row = await connection.fetchrow(_FIND_MESSAGE, key)
                if row is not None:
                    return _message(row), False
                # Another transaction deleted the row between the two statements: the intent can be inserted
                # now.

    async def retry(self, key: str, seen_attempts: int) -> bool:
        """Start another attempt. False if another process has started one since `seen_attempts` was read."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            return await connection.fetchval(_RETRY_MESSAGE, key, seen_attempts) is not None

    async def posted(self, key: str, ref: MessageRef) -> MessageRef:
        """Store where the message is; the first one stored wins and is returned.

        The call that wins also writes the event.
        """
        async with transaction(self._pool) as connection:
            placed = await connection.fetchrow(_PLACE_MESSAGE, key, ref.channel, ref.ts)
            if placed is not None:
                detail = {"key": key, "purpose": placed["purpose"], **ref.model_dump()}
                event = NewEvent(f"message.{key}.{ref.ts}", "message.posted", detail=detail)
                await events.append(connection, placed["order_id"], [event])
                return ref
            row = await connection.fetchrow(_FIND_MESSAGE, key)
        stored = None if row is None else _message(row).posted
        if stored is None:
            raise LookupError(f"nobody set out to post message {key}")
        return stored

    async def replaced(self, key: str, gone: MessageRef) -> None:
        """Delete the row of a message that was deleted in Slack, so that it is posted again.

        Whoever begins it first may post at once. If it has been replaced already, nothing happens.
        """
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            await connection.execute(_FORGET_MESSAGE, key, gone.channel, gone.ts)

    async def age_seconds(self, key: str) -> float:
        """Seconds since the last attempt, by the database's clock."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            age: float | None = await connection.fetchval(_AGE_OF_MESSAGE, key)
        if age is None:
            raise LookupError(f"nobody set out to post message {key}")
        return age


def _message(row: asyncpg.Record) -> SlackMessage:
    posted = None if row["ts"] is None else MessageRef(channel=row["message_channel"], ts=row["ts"])
    return SlackMessage(
        key=row["key"],
        order_id=row["order_id"],
        channel=row["channel"],
        posted=posted,
        attempts=row["attempts"],
        first_attempt_at=row["first_attempt_at"],
        attempted_at=row["attempted_at"],
    )


if TYPE_CHECKING:

    def _implements(store: PostgresMessageStore) -> MessageStore:
        return store
