"""Keeps one Socket Mode connection to Slack open, and replaces it when it breaks or Slack asks for a new one.

It handles the failures that were seen in the field: an expired ticket, a closed HTTP session, a connection
that looks open and delivers nothing, and Socket Mode switched off in the app's settings.
"""

import asyncio
import time
from contextlib import suppress

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.in_flight import InFlight
from bot.socket_mode.connection import ConnectionRefused, SocketModeConnection
from bot.socket_mode.observer import ConnectionObserver
from bot.socket_mode.timings import SocketTimings
from bot.web_api.errors import error_code
from bot.web_api.startup_checks import app_token_advice

log = structlog.stdlib.get_logger(__name__)

_DISABLED = "link_disabled"
_TOO_MANY = "too_many_websockets"


class NotConnected(Exception):
    """No connection is open over which Slack could reach the bot."""


class SocketModeRunner:
    """Keeps a connection open. A new connection is opened before the old one is closed."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        in_flight: InFlight,
        timings: SocketTimings | None = None,
        observer: ConnectionObserver | None = None,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._in_flight = in_flight
        self._unacknowledged = InFlight()
        self._timings = timings or SocketTimings()
        self._observer = observer or ConnectionObserver()
        self._connection: SocketModeConnection | None = None
        self._broken: SocketModeConnection | None = None
        """The previous connection, if it broke. Its acks wait for the next connection."""
        self._draining: set[asyncio.Task[None]] = set()
        self._disconnect_requested = False
        self._check_now = asyncio.Event()

    async def run(self, stop: asyncio.Event, first_url: str | None = None) -> None:
        """Stay connected until `stop` is set, then finish running listeners and close.

        `first_url` is an unused URL from `apps.connections.open`.
        """
        watch = asyncio.create_task(self._watch(first_url))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([watch, stopped], return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                await watch
        finally:
            stopped.cancel()
            watch.cancel()
            await asyncio.gather(watch, stopped, return_exceptions=True)
            await self._stop()

    async def check(self) -> None:
        """Raise NotConnected unless the connection is open and answers pings."""
        if (problem := self._problem()) is not None:
            raise NotConnected(problem)

    def _problem(self) -> str | None:
        return "no socket is open yet" if self._connection is None else self._connection.problem()

    async def _watch(self, first_url: str | None) -> None:
        down_since = time.monotonic()
        interval = self._timings.check_interval
        connected = await self._connect(first_url)
        while True:
            if connected:
                interval = self._timings.check_interval
                await self._wait(interval)
            else:
                interval = min(2 * interval, self._timings.max_retry_interval)
                await asyncio.sleep(interval)
            problem = self._problem()
            if problem is not None:
                down_for = round(time.monotonic() - down_since)
                log.warning("not connected to Slack", problem=problem, down_for=down_for)
                connected = await self._connect(None)
            else:
                down_since = time.monotonic()
                wanted = self._disconnect_requested or self._observer.wants_reconnect()
                connected = not wanted or await self._connect(None)

    async def _wait(self, seconds: float) -> None:
        """Wait this long, or until Slack asks for a disconnect."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._check_now.wait()
        self._check_now.clear()

    async def _connect(self, url: str | None) -> bool:
        """Open a new connection. The present one is left only after Slack's hello over the new one."""
        old = self._connection
        if old is not None and old.problem() is not None:
            await self._abandon(old)
            old = None
        await self._observer.connecting(self._count() + 1)
        connection = SocketModeConnection(
            self._app,
            self._app_token,
            self._timings.ping_interval,
            self._unacknowledged,
            self._on_disconnect_request,
        )
        try:
            async with asyncio.timeout(self._timings.connect_timeout):
                hello = await connection.open(url)
        except (SlackApiError, aiohttp.ClientError, ConnectionRefused, OSError, TimeoutError) as error:
            await connection.terminate(self._timings.close_timeout)
            await self._observer.disconnected(self._count())
            _log_failure(error, still_connected=old is not None)
            if old is not None and self._disconnect_requested and error.args == (_TOO_MANY,):
                # Slack allows no second connection, and is about to close the old one anyway.
                await self._abandon(old)
            return False
        except BaseException:
            await connection.terminate(self._timings.close_timeout)
            raise
        self._connection, self._disconnect_requested = connection, False
        if self._broken is not None:
            self._broken.set_successor(connection)
            self._broken = None
        if old is not None:
            draining = asyncio.create_task(self._drain(old, connection))
            self._draining.add(draining)
            draining.add_done_callback(self._draining.discard)
        log.info("connected to Slack", connections=hello.connections)
        await self._observer.connected(hello)
        return True

    def _count(self) -> int:
        return (self._connection is not None) + len(self._draining)

    async def _drain(self, old: SocketModeConnection, successor: SocketModeConnection) -> None:
        await old.drain(successor, self._timings.close_timeout)
        await self._observer.disconnected(self._count() - 1)

    async def _abandon(self, connection: SocketModeConnection) -> None:
        self._connection, self._broken = None, connection
        await connection.terminate(self._timings.close_timeout)

    def _on_disconnect_request(self, reason: str) -> None:
        if reason == _DISABLED:
            log.error("Socket Mode was switched off in the app's settings: no click reaches the bot")
        else:
            log.info("Slack asks for a new connection", reason=reason)
            self._disconnect_requested = True
        self._check_now.set()

    async def _stop(self) -> None:
        connection = self._connection
        closing = [*self._draining]
        if connection is not None:
            # Slack sends envelopes until the connection is closed. They are handled until none waits for its
            # ack, and after that left for another bot; if there is none, Slack shows the user an error.
            idle = await self._unacknowledged.wait_until_idle(self._timings.ack_timeout)
            connection.socket_mode_request_listeners.clear()
            if not idle and not await self._unacknowledged.wait_until_idle(self._timings.ack_timeout):
                log.warning("shutdown: some envelopes were not acknowledged")
            closing.append(asyncio.create_task(connection.terminate(self._timings.close_timeout)))
        finished, *_ = await asyncio.gather(
            self._in_flight.wait_until_idle(self._timings.drain_timeout), *closing
        )
        if not finished:
            log.warning("shutdown: some listeners were still running")


def _log_failure(error: Exception, *, still_connected: bool) -> None:
    match error:
        case SlackApiError() if not still_connected:
            log.error(
                "Slack call failed: no click reaches this bot until it succeeds",
                method="apps.connections.open",
                error=error_code(error),
                advice=app_token_advice(error_code(error)),
            )
        case ConnectionRefused() if error.args == (_TOO_MANY,):
            log.error("Slack allows no more connections of this app: stop some of its programs")
        case _:
            # Only the kind of the error, since aiohttp's message contains the ticket.
            log.warning("connection attempt failed, will retry", problem=type(error).__name__)
