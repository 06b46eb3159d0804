"""Socket Mode with a watchdog: one connection to Slack is open, or another one is being opened.

Seen in the field: a ticket that no longer works, an HTTP session that is closed, a connection that looks open
and on which nothing arrives, Socket Mode switched off.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.in_flight import InFlight
from bot.socket_mode.connection import ConnectionRefused, SocketModeConnection
from bot.socket_mode.observer import ConnectionObserver
from bot.web_api.errors import error_code
from bot.web_api.startup_checks import app_token_advice
from orchestration.process import shutdown

log = structlog.stdlib.get_logger(__name__)

_DISABLED = "link_disabled"
_TOO_MANY = "too_many_websockets"


@dataclass(frozen=True, slots=True)
class SocketTimings:
    """Seconds, all of them.

    `watch`: between looks at the socket. `ping`: between pings; four unanswered ones make it stale, aiohttp
    gives it up half a `ping` after one. `connect`: for one attempt. `pause`: the longest between attempts,
    since Slack allows few of them. `acks`, `close` and `finish` are the parts of a stop.
    """

    watch: float = 1.0
    ping: float = 10.0
    connect: float = 15.0
    pause: float = 30.0
    close: float = shutdown.CLOSE
    acks: float = shutdown.ACKS
    finish: float = shutdown.ANSWERS


class NotConnected(Exception):
    """Slack cannot reach the bot: no socket is open."""


class SocketModeRunner:
    """Keeps one socket to Slack open. A new one is there before the old one is left."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        in_flight: InFlight,
        pace: SocketTimings | None = None,
        observer: ConnectionObserver | None = None,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._in_flight = in_flight
        self._acking = InFlight()
        self._pace = pace or SocketTimings()
        self._observer = observer or ConnectionObserver()
        self._link: SocketModeConnection | None = None
        self._lost: SocketModeConnection | None = None
        """The one before, which broke: its acks wait for the next."""
        self._leaving: set[asyncio.Task[None]] = set()
        self._asked_to_go = False
        self._look_now = asyncio.Event()

    async def run(self, stop: asyncio.Event, first_url: str | None = None) -> None:
        """Connect and stay so until `stop` is set, then finish what has been begun and close.

        `first_url` is an address that `apps.connections.open` has just given.
        """
        watching = asyncio.create_task(self._watch(first_url))
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([watching, asked], return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                await watching
        finally:
            asked.cancel()
            watching.cancel()
            await asyncio.gather(watching, asked, return_exceptions=True)
            await self._stop()

    async def check(self) -> None:
        """Raise NotConnected unless the socket is open and answers pings."""
        if (problem := self._problem()) is not None:
            raise NotConnected(problem)

    def _problem(self) -> str | None:
        return "no socket is open yet" if self._link is None else self._link.problem()

    async def _watch(self, first_url: str | None) -> None:
        down_since = time.monotonic()
        pause = self._pace.watch
        connected = await self._connect(first_url)
        while True:
            if connected:
                pause = self._pace.watch
                await self._quiet(pause)
            else:
                pause = min(2 * pause, self._pace.pause)
                await asyncio.sleep(pause)
            problem = self._problem()
            if problem is not None:
                log.warning(
                    "no socket to Slack", problem=problem, down_for=round(time.monotonic() - down_since)
                )
                connected = await self._connect(None)
            else:
                down_since = time.monotonic()
                wanted = self._asked_to_go or self._observer.wants_reconnect()
                connected = not wanted or await self._connect(None)

    async def _quiet(self, seconds: float) -> None:
        """Wait for so long, or until Slack says something about the connection."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._look_now.wait()
        self._look_now.clear()

    async def _connect(self, url: str | None) -> bool:
        """Open a socket; only when it is greeted, leave the present one."""
        old = self._link
        if old is not None and old.problem() is not None:
            await self._lose(old)
            old = None
        await self._observer.connecting(self._sockets() + 1)
        link = SocketModeConnection(
            self._app, self._app_token, self._pace.ping, self._acking, self._on_asked_to_go
        )
        try:
            async with asyncio.timeout(self._pace.connect):
                hello = await link.open(url)
        except (SlackApiError, aiohttp.ClientError, ConnectionRefused, OSError, TimeoutError) as error:
            await link.discard(self._pace.close)
            await self._observer.disconnected(self._sockets())
            self._explain(error, still_connected=old is not None)
            if old is not None and self._asked_to_go and error.args == (_TOO_MANY,):
                # No room for two: Slack closes this one soon anyway.
                await self._lose(old)
            return False
        except BaseException:
            await link.discard(self._pace.close)
            raise
        self._link, self._asked_to_go = link, False
        if self._lost is not None:
            self._lost.pass_on(link)
            self._lost = None
        if old is not None:
            leaving = asyncio.create_task(self._leave(old, link))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        log.info("connected to Slack", connections=hello.connections)
        await self._observer.connected(hello)
        return True

    def _sockets(self) -> int:
        return (self._link is not None) + len(self._leaving)

    async def _leave(self, old: SocketModeConnection, heir: SocketModeConnection) -> None:
        await old.leave_to(heir, self._pace.close)
        await self._observer.disconnected(self._sockets() - 1)

    async def _lose(self, link: SocketModeConnection) -> None:
        self._link, self._lost = None, link
        await link.discard(self._pace.close)

    def _explain(self, error: Exception, still_connected: bool) -> None:
        match error:
            case SlackApiError() if not still_connected:
                log.error(
                    "Slack gives no socket: no click reaches this bot; trying on",
                    problem=f"apps.connections.open: {error_code(error)}",
                    advice=app_token_advice(error_code(error)),
                )
            case ConnectionRefused() if error.args == (_TOO_MANY,):
                log.error("Slack allows no more connections of this app: stop some of its programs")
            case _:
                # Only its kind: what aiohttp says has the ticket in it.
                log.warning("no new socket to Slack yet, trying on", problem=type(error).__name__)

    def _on_asked_to_go(self, reason: str) -> None:
        if reason == _DISABLED:
            log.error("Socket Mode was switched off in the app's settings: no click reaches the bot")
        else:
            log.info("Slack asks for a new connection", reason=reason)
            self._asked_to_go = True
        self._look_now.set()

    async def _stop(self) -> None:
        link = self._link
        closing = [*self._leaving]
        if link is not None:
            # Slack sends to this socket until it is closed: in the first moment without an ack to send.
            idle = await self._acking.wait_until_idle(self._pace.acks)
            # What comes now goes to another connection, or the clicker sees an error.
            link.socket_mode_request_listeners.clear()
            if not idle and not await self._acking.wait_until_idle(self._pace.acks):
                log.warning("some envelopes were not acked before the stop")
            closing.append(asyncio.create_task(link.discard(self._pace.close)))
        answered, *_ = await asyncio.gather(self._in_flight.wait_until_idle(self._pace.finish), *closing)
        if not answered:
            log.warning("some clicks were still being answered at the stop")
