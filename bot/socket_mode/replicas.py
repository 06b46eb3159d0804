"""Detects other programs that use the app's token, by comparing Slack's count of connections with our own.

Slack sends each click to one connection of the app, whichever program opened it, so a foreign program loses
clicks. Each bot stores how many connections it has in the database. Slack tells its count only in the hello
of a new connection, so a suspicion is checked by opening another one.
"""

import asyncio
import time
import uuid

import structlog

from bot.socket_mode.connection import Hello
from bot.socket_mode.observer import ConnectionObserver
from bot.socket_mode.timings import ReplicaTimings
from orchestration.ports.slack_messages import BotSession, BotSessionStore
from orchestration.process.health import ReadyWithWarning

log = structlog.stdlib.get_logger(__name__)

SILENCE = 35.0
"""Seconds without a heartbeat after which a bot does not count: three heartbeats and a margin."""


class Replicas(ConnectionObserver):
    """Registers this bot in the database, and reports connections that no registered bot has opened."""

    def __init__(self, store: BotSessionStore, process: str, timings: ReplicaTimings | None = None) -> None:
        self._store = store
        self._timings = timings or ReplicaTimings()
        identity = uuid.uuid4()
        self._session = BotSession(identity.hex, process, 0, None)
        # Between 0.7 and 1.3 and different for each bot, so that bots started together do not check together.
        self._interval_factor = 0.7 + 0.6 * identity.int / 2**128
        self._before: tuple[BotSession, ...] | None = None
        self._high_counts = 0
        self._next_check = 0.0
        self.foreign = 0
        """The number of connections that are certainly not ours."""

    async def run(self, stop: asyncio.Event) -> None:
        """Send heartbeats until `stop` is set. Call `end` once the connections are closed."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._heartbeat()
                await asyncio.wait([stopped], timeout=self._timings.heartbeat_interval)
        finally:
            stopped.cancel()

    async def end(self) -> None:
        """Delete this bot's row. If that fails, the row stops counting after SILENCE."""
        try:
            async with asyncio.timeout(self._timings.database_timeout):
                await self._store.end(self._session.session_id)
        except Exception as error:  # noqa: BLE001 - any database error: it must not hold up the shutdown
            log.info("bot session not deleted from the database", problem=type(error).__name__)

    async def check(self) -> None:
        """Raise ReadyWithWarning while others use the app's token. The bot itself is ready all the same."""
        if self.foreign:
            raise ReadyWithWarning(
                f"{self.foreign} connections of this app are not ours; clicks are lost to them"
            )

    async def connecting(self, connections: int) -> None:
        """Store the new count before Slack counts the connection, so that our count is never too low."""
        # Also the time of the next check if no hello comes, as when Slack allows no more connections.
        self._check_in(self._timings.check_interval)
        await self._set(connections, self._session.app_id)
        self._before = await self._live()

    async def disconnected(self, connections: int) -> None:
        """Store the new count."""
        await self._set(connections, self._session.app_id)

    async def connected(self, hello: Hello) -> None:
        """Compare Slack's count with the higher of our counts before and after the hello."""
        if hello.app_id != self._session.app_id:
            await self._set(self._session.sockets, hello.app_id)
        before, now = self._before, await self._live()
        if before is None or now is None:
            self._check_in(self._timings.recheck_interval)
            return
        ours = max(before, now, key=_count)
        excess = hello.connections - _count(ours)
        if excess <= 0:
            if self.foreign:
                log.warning("every connection of this app is ours again", connections=hello.connections)
            self._high_counts = self.foreign = 0
            self._check_in(self._timings.check_interval)
            return
        self._high_counts += 1
        if self._high_counts < self._timings.confirmations:
            log.info("more connections of this app than ours", connections=hello.connections, excess=excess)
            self._check_in(self._timings.recheck_interval)
            return
        self.foreign = excess
        self._check_in(self._timings.check_interval)
        log.error(
            "another program uses this app's token: clicks go to it and are lost. Stop it; if it cannot be "
            'found, revoke the app-level token on the page "Basic Information" and give our bots a new one',
            connections=hello.connections,
            foreign=excess,
            ours=[f"{each.process} ({each.sockets})" for each in ours],
        )

    def wants_reconnect(self) -> bool:
        """Return whether it is time to hear Slack's count again."""
        return time.monotonic() >= self._next_check

    def _check_in(self, seconds: float) -> None:
        self._next_check = time.monotonic() + seconds * self._interval_factor

    async def _set(self, connections: int, app_id: str | None) -> None:
        self._session = BotSession(self._session.session_id, self._session.process, connections, app_id)
        await self._heartbeat()

    async def _heartbeat(self) -> None:
        try:
            async with asyncio.timeout(self._timings.database_timeout):
                await self._store.beat(self._session)
        except Exception as error:  # noqa: BLE001 - any database error: clicks are more important
            log.debug("heartbeat not stored", problem=type(error).__name__)

    async def _live(self) -> tuple[BotSession, ...] | None:
        """Return the sessions of our bots, with this bot's as it is now; None if the database fails."""
        try:
            async with asyncio.timeout(self._timings.database_timeout):
                rows = await self._store.live(self._session.app_id)
        except Exception as error:  # noqa: BLE001 - any database error: there is nothing to compare with
            log.debug("bot sessions not read from the database", problem=type(error).__name__)
            return None
        others = tuple(each for each in rows if each.session_id != self._session.session_id)
        return (*others, self._session)


def _count(sessions: tuple[BotSession, ...]) -> int:
    return sum(each.sockets for each in sessions)
