"""Our own bots, by their rows in the database, against the connections that Slack counts.

Slack gives each click to any one connection of the app, whoever opened it. It tells the count only to a new
connection, so that a suspicion is looked into by opening another one.
"""

import asyncio
import time
import uuid
from dataclasses import dataclass

import structlog

from bot.socket_mode.connection import Hello
from bot.socket_mode.observer import ConnectionObserver
from orchestration.ports.slack_messages import BotSession, BotSessionStore
from orchestration.process.health import ReadyWithWarning

log = structlog.stdlib.get_logger(__name__)

SILENCE = 35.0
"""Seconds after which a bot that has not been heard of does not count: three beats, and some."""


@dataclass(frozen=True, slots=True)
class ReplicaTimings:
    """Seconds, but for `sure`: how many greetings in a row have to count too many before it is said aloud.

    `beat`: between heartbeats. `look`: between greetings. `settle`: between them while there is a suspicion;
    long enough for our own bots to start, stop and beat. `patience`: for the database.
    """

    beat: float = 10.0
    look: float = 600.0
    settle: float = 30.0
    sure: int = 3
    patience: float = 1.0


class Replicas(ConnectionObserver):
    """Registers this bot, and says loudly when others than ours use the app's token."""

    def __init__(self, store: BotSessionStore, process: str, rhythm: ReplicaTimings | None = None) -> None:
        self._store = store
        self._rhythm = rhythm or ReplicaTimings()
        identity = uuid.uuid4()
        self._session = BotSession(identity.hex, process, 0, None)
        # Bots that were started together shall not look together: each has its own pace, from 0.7 to 1.3.
        self._own_pace = 0.7 + 0.6 * identity.int / 2**128
        self._before: tuple[BotSession, ...] | None = None
        self._suspicions = 0
        self._next_look = 0.0
        self.foreign = 0
        """How many connections are not ours, for sure."""

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until the stop. Its end is `end`, once the sockets are closed."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._beat()
                await asyncio.wait([stopped], timeout=self._rhythm.beat)
        finally:
            stopped.cancel()

    async def end(self) -> None:
        """Take this bot's row away. If that fails, it is forgotten in a while."""
        try:
            async with asyncio.timeout(self._rhythm.patience):
                await self._store.end(self._session.session_id)
        except Exception as error:  # noqa: BLE001 - whatever a database raises: it must not hold up the stop
            log.info("this bot could not be signed off", problem=type(error).__name__)

    async def check(self) -> None:
        """Raise Noted while others use the app's token. No reason to restart, nor to be unready."""
        if self.foreign:
            raise ReadyWithWarning(
                f"{self.foreign} connections of this app are not ours; clicks are lost to them"
            )

    async def connecting(self, sockets: int) -> None:
        """Count the new one before Slack does: our rows never say less than there is."""
        self._look_in(self._rhythm.look)  # also if no greeting comes, as where there is no room for one more
        await self._set(sockets, self._session.app_id)
        self._before = await self._live()

    async def disconnected(self, sockets: int) -> None:
        """Count one less."""
        await self._set(sockets, self._session.app_id)

    async def connected(self, hello: Hello) -> None:
        """Compare Slack's count with ours, as it was before the greeting or as it is after it."""
        if hello.app_id != self._session.app_id:
            await self._set(self._session.sockets, hello.app_id)
        before, now = self._before, await self._live()
        if before is None or now is None:
            self._look_in(self._rhythm.settle)
            return
        ours = max(before, now, key=_count)
        more = hello.connections - _count(ours)
        if more <= 0:
            if self.foreign:
                log.warning("every connection of this app is ours again", connections=hello.connections)
            self._suspicions = self.foreign = 0
            self._look_in(self._rhythm.look)
            return
        self._suspicions += 1
        if self._suspicions < self._rhythm.sure:
            log.info("more connections of this app than ours", connections=hello.connections, more=more)
            self._look_in(self._rhythm.settle)
            return
        self.foreign = more
        self._look_in(self._rhythm.look)
        log.error(
            "another program uses this app's token: clicks go to it and are lost. Stop it; if it cannot be "
            'found, revoke the app-level token on the page "Basic Information" and give our bots a new one',
            connections=hello.connections,
            foreign=more,
            ours=[f"{each.process} ({each.sockets})" for each in ours],
        )

    def wants_reconnect(self) -> bool:
        """Whether it is time to hear the count again."""
        return time.monotonic() >= self._next_look

    def _look_in(self, seconds: float) -> None:
        self._next_look = time.monotonic() + seconds * self._own_pace

    async def _set(self, sockets: int, app_id: str | None) -> None:
        self._session = BotSession(self._session.session_id, self._session.process, sockets, app_id)
        await self._beat()

    async def _beat(self) -> None:
        try:
            async with asyncio.timeout(self._rhythm.patience):
                await self._store.beat(self._session)
        except Exception as error:  # noqa: BLE001 - whatever a database raises: clicks are more important
            log.debug("no heartbeat of this bot", problem=type(error).__name__)

    async def _live(self) -> tuple[BotSession, ...] | None:
        """Our bots, this one as it knows itself; None: the database cannot be asked."""
        try:
            async with asyncio.timeout(self._rhythm.patience):
                rows = await self._store.live(self._session.app_id)
        except Exception as error:  # noqa: BLE001 - without a database there is nothing to compare with
            log.debug("our bots cannot be counted", problem=type(error).__name__)
            return None
        others = tuple(each for each in rows if each.session_id != self._session.session_id)
        return (*others, self._session)


def _count(sessions: tuple[BotSession, ...]) -> int:
    return sum(each.sockets for each in sessions)
