"""Stores which bots run, and how many connections to Slack each has open."""

from datetime import timedelta
from typing import TYPE_CHECKING

from db.pool import ACQUIRE_TIMEOUT, Pool
from db.sql import query
from orchestration.ports.slack_messages import BotSession

if TYPE_CHECKING:
    from orchestration.ports.slack_messages import BotSessionStore

_BEAT = query("store_heartbeat")
_FORGET = query("delete_silent_bot_sessions")
_LIVE = query("live_bot_sessions")
_END = query("end_bot_session")


class PostgresBotSessionStore:
    """Implements `orchestration.ports.slack_messages.BotSessionStore`;

    A bot without a heartbeat for `silence` does not run.
    """

    def __init__(self, pool: Pool, silence: timedelta) -> None:
        self._pool = pool
        self._silence = silence

    async def beat(self, session: BotSession) -> None:
        """Store the heartbeat of a bot, and delete the sessions whose heartbeat is too old."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            await connection.execute(
                _BEAT, session.session_id, session.app_id, session.process, session.sockets
            )
            await connection.execute(_FORGET, self._silence)

    async def live(self, app_id: str | None) -> tuple[BotSession, ...]:
        """Return the sessions of this app, and those whose app is not known yet, oldest first."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            rows = await connection.fetch(_LIVE, app_id, self._silence)
        return tuple(BotSession(**dict(row)) for row in rows)

    async def end(self, session_id: str) -> None:
        """Delete the session of a bot that stops."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            await connection.execute(_END, session_id)


if TYPE_CHECKING:

    def _implements(store: PostgresBotSessionStore) -> BotSessionStore:
        return store
