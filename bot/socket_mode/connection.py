"""One connection to Slack: opened once, left in good order. Another takes its place, with its own ticket.

slack_sdk's client would reconnect by itself: it closes the old connection before it has a new one, and what
Slack sends in between is lost; it tries a ticket that no longer works for ever.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.in_flight import InFlight
from bot.web_api.client import is_loopback

log = structlog.stdlib.get_logger(__name__)


ACK_LIMIT = 3.0
"""Seconds that Slack waits for an ack."""


class ConnectionRefused(Exception):
    """Slack closed the connection in place of a greeting, or asked it to go: `args[0]` is its reason."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Slack's greeting: how many connections the app has open now, this one included."""

    connections: int
    app_id: str | None


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler without a client of its own; it knows how many envelopes are waiting for their ack."""

    def __init__(self, app: AsyncApp, acking: InFlight) -> None:
        self.app = app
        self._acking = acking

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        with self._acking:
            await super().handle(client, req)


class SocketModeConnection(SocketModeClient):
    """slack_sdk's client without its reconnecting. `asked_to_go` hears Slack's reason for a disconnect."""

    def __init__(
        self, app: AsyncApp, app_token: str, ping: float, acking: InFlight, asked_to_go: Callable[[str], None]
    ) -> None:
        super().__init__(
            app_token,
            logger=app.logger,
            web_client=app.client,
            auto_reconnect_enabled=False,
            ping_interval=ping,
        )
        if is_loopback(app.client.base_url):
            self.proxy = None
        self.socket_mode_request_listeners.append(_Handler(app, acking).handle)  # type: ignore[arg-type]
        self.on_message_listeners.append(self._look_at)
        self.on_close_listeners.append(self._closed)
        self._asked_to_go = asked_to_go
        self._hello: asyncio.Future[Hello] = asyncio.get_running_loop().create_future()
        self._said_goodbye = asyncio.Event()
        self._heir: asyncio.Future[SocketModeConnection] = asyncio.get_running_loop().create_future()

    async def open(self, url: str | None) -> Hello:
        """Open the connection, with this address or a new one, and return the hello that Slack sends.

        Raises SlackApiError, aiohttp.ClientError, TimeoutError, ConnectionRefused. The caller sets a limit.
        """
        self.wss_uri = url or (await self.web_client.apps_connections_open(app_token=self.app_token))["url"]
        await self.connect()
        return await self._hello

    async def connect(self) -> None:
        """Connect once. Raises what slack_sdk's own would log and repeat for ever."""
        self.current_session = await self.aiohttp_client_session.ws_connect(
            str(self.wss_uri),
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=self.proxy,
            ssl=self.web_client.ssl if self.web_client.ssl is not None else True,
        )
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    def problem(self) -> str | None:
        """Why nothing can arrive on it, if so."""
        if self.aiohttp_client_session.closed:
            return "its HTTP session is closed"
        last = self.last_ping_pong_time
        if last is not None and time.time() - last > 4 * self.ping_interval:
            return f"no answer to pings for {time.time() - last:.0f} s"
        if self.current_session is None or self.current_session.closed:
            return "the socket is not open"
        return None

    def pass_on(self, heir: "SocketModeConnection") -> None:
        """Send acks over this one from now on."""
        self._heir.set_result(heir)

    async def leave_to(self, heir: "SocketModeConnection", time_limit: float) -> None:
        """Say goodbye and take what is still on its way, for as long as `time_limit`; then close."""
        self.pass_on(heir)
        if self.current_session_monitor is not None:
            self.current_session_monitor.cancel()
        try:
            async with asyncio.timeout(time_limit):
                if self.current_session is not None and not self.current_session.closed:
                    # aiohttp's own close() would throw away what arrives before Slack's answer to it.
                    await self.current_session.send_frame(WSCloseCode.OK.to_bytes(2, "big"), WSMsgType.CLOSE)
                    await self._said_goodbye.wait()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("the old socket did not close in good order", problem=f"{type(error).__name__} {error}")
        await self.discard(time_limit)

    async def send_message(self, message: str) -> None:
        """Send an ack, where this connection is gone over the next one, as long as Slack waits for it."""
        if not self._heir.done() and self.current_session is not None:
            with suppress(ConnectionError):
                await self.current_session.send_str(message)
                return
        async with asyncio.timeout(ACK_LIMIT):
            heir = await asyncio.shield(self._heir)
        await heir.send_message(message)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Hand a frame on; not those that make slack_sdk close this connection for another."""
        if message.get("type") != "disconnect":
            await super().run_message_listeners(message, raw_message)

    async def discard(self, time_limit: float) -> None:
        """Close it and end its tasks, whatever state it is in."""
        self.closed = True
        try:
            async with asyncio.timeout(time_limit):
                await self.close()  # type: ignore[no-untyped-call]
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("a socket did not close in good order", problem=f"{type(error).__name__} {error}")
        finally:
            # Also when a stop cuts this short.
            tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
            for task in tasks:
                if task is not None:
                    task.cancel()
            await asyncio.gather(*filter(None, tasks), return_exceptions=True)
            await self.aiohttp_client_session.close()
            self._hello.cancel()

    async def _look_at(self, message: WSMessage) -> None:
        if not isinstance(message.data, str) or not message.data.startswith("{"):
            return
        frame = json.loads(message.data)
        kind = frame.get("type")
        if kind == "hello" and not self._hello.done():
            app_id = (frame.get("connection_info") or {}).get("app_id")
            self._hello.set_result(Hello(int(frame.get("num_connections") or 1), app_id))
        elif kind == "disconnect":
            reason = str(frame.get("reason"))
            if self._hello.done():
                self._asked_to_go(reason)
            else:
                self._hello.set_exception(ConnectionRefused(reason))

    async def _closed(self, _: WSMessage) -> None:
        self._said_goodbye.set()
        if not self._hello.done():
            self._hello.set_exception(ConnectionRefused("closed without a word"))
