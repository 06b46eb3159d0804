"""Socket Mode with a watchdog: slack_sdk reconnects by itself, but some dead connections it never leaves.

Seen in the field: a ticket that no longer works is tried for ever, an aiohttp session that is closed, a
connection that looks open and on which nothing arrives.
"""

import asyncio
import json
import time
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.deps import InFlight
from bot.web import is_loopback

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, all of them.

    `grace`: how long a connection may be down before it is replaced; 15 caused restart loops in the field, as
    the SDK's own reconnecting takes its time. `ping`: between pings; four unanswered ones make it stale.
    """

    watch: float = 5.0
    grace: float = 60.0
    ping: float = 10.0
    connect: float = 15.0
    close: float = 3.0
    acks: float = 2.0
    finish: float = 5.0


class NotConnected(Exception):
    """Slack cannot reach the bot: no socket is open."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which knows how many envelopes are waiting for their ack."""

    def __init__(self, app: AsyncApp, app_token: str, ping: float, acking: InFlight) -> None:
        super().__init__(app, app_token, ping_interval=ping)
        self._acking = acking
        if is_loopback(app.client.base_url):
            self.client.proxy = None

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        with self._acking:
            await super().handle(client, req)


class SocketRunner:
    """Keeps one socket to Slack open."""

    def __init__(self, app: AsyncApp, app_token: str, in_flight: InFlight, pace: Pace | None = None) -> None:
        self._app = app
        self._app_token = app_token
        self._in_flight = in_flight
        self._acking = InFlight()
        self._pace = pace or Pace()
        self._handler: _Handler | None = None

    async def run(self, stop: asyncio.Event, first_url: str | None = None) -> None:
        """Connect and stay so until `stop` is set, then finish what has been begun and close.

        `first_url` is an address that `apps.connections.open` has just given.
        """
        watching = asyncio.create_task(self._watch(first_url))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([watching, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            watching.cancel()
            await asyncio.gather(watching, stopping, return_exceptions=True)
            await self._stop()

    async def check(self) -> None:
        """Raise NotConnected unless the socket is open and answers pings."""
        if (problem := await self._problem()) is not None:
            raise NotConnected(problem)

    async def _watch(self, first_url: str | None) -> None:
        # An attempt that was given up has nothing behind it that would try on: the next round tries anew.
        replace_now = not await self._replace(first_url)
        healthy_at = time.monotonic()
        while True:
            await asyncio.sleep(self._pace.watch)
            problem = await self._problem()
            now = time.monotonic()
            if problem is None:
                healthy_at = now
            elif replace_now or now - healthy_at >= self._pace.grace:
                log.warning(
                    "replacing the socket to Slack", problem=problem, down_for=round(now - healthy_at)
                )
                replace_now = not await self._replace(None)
            elif self._handler is not None:
                # Its next try, if it is trying, asks for a new ticket instead of using a dead one again.
                self._handler.client.wss_uri = None

    async def _problem(self) -> str | None:
        if self._handler is None:
            return "never connected"
        client = self._handler.client
        if client.aiohttp_client_session.closed:
            return "its HTTP session is closed"
        last = client.last_ping_pong_time
        if last is not None and time.time() - last > 4 * self._pace.ping:
            return f"no answer to pings for {time.time() - last:.0f} s"
        return None if await client.is_connected() else "the socket is not open"

    async def _replace(self, url: str | None) -> bool:
        # A new client has no ticket, no session and no half-dead tasks to inherit.
        old, self._handler = self._handler, None
        if old is not None:
            await self._discard(old)
        handler = self._handler = _Handler(self._app, self._app_token, self._pace.ping, self._acking)
        handler.client.wss_uri = url
        handler.client.on_message_listeners.append(self._note)
        try:
            async with asyncio.timeout(self._pace.connect):
                await handler.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError:
            log.warning("no socket to Slack yet, trying on", seconds=self._pace.connect)
            return False
        log.info("connected to Slack")
        return True

    async def _note(self, message: WSMessage) -> None:
        if not isinstance(message.data, str) or not message.data.startswith("{"):
            return
        frame = json.loads(message.data)
        kind, reason = frame.get("type"), frame.get("reason")
        if kind == "hello" and int(frame.get("num_connections") or 1) > 1:
            log.info("other connections of this app share its traffic", connections=frame["num_connections"])
        elif kind == "disconnect" and reason == "link_disabled":
            log.error("Socket Mode was switched off in the app's settings: no click reaches the bot")
        elif kind == "disconnect":
            log.info("Slack asks for a new connection", reason=reason)

    async def _stop(self) -> None:
        handler = self._handler
        if handler is None:
            return
        # No new envelopes: those that come now go to another connection, or the clicker sees an error.
        handler.client.socket_mode_request_listeners.clear()
        if not await self._acking.drained(self._pace.acks):
            log.warning("some envelopes were not acked before the stop")
        await self._discard(handler)
        if not await self._in_flight.drained(self._pace.finish):
            log.warning("some clicks were still being answered at the stop")

    async def _discard(self, handler: _Handler) -> None:
        client = handler.client
        client.closed = True
        try:
            async with asyncio.timeout(self._pace.close):
                await handler.close_async()  # type: ignore[no-untyped-call]
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("the old socket did not close in good order", problem=f"{type(error).__name__} {error}")
        tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)
        await client.aiohttp_client_session.close()
