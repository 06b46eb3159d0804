"""One Socket Mode connection, which is opened once and closed once. `SocketModeRunner` opens the next one.

slack_sdk's client would reconnect by itself, but it closes the old connection before it has a new one, which
loses what Slack sends in between, and it retries a URL whose ticket has expired for ever.
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
    """Slack closed the connection, or sent "disconnect", before "hello". `args[0]` is the reason."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Slack's "hello" message. `connections` counts the app's open connections, this one included."""

    connections: int
    app_id: str | None


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler for an existing client. It counts the envelopes that are not acknowledged yet."""

    def __init__(self, app: AsyncApp, unacknowledged: InFlight) -> None:
        self.app = app
        self._unacknowledged = unacknowledged

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        with self._unacknowledged:
            await super().handle(client, req)


class SocketModeConnection(SocketModeClient):
    """slack_sdk's client without reconnects.

    `on_disconnect_request` is called with the reason when Slack sends "disconnect" after "hello".
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        ping_interval: float,
        unacknowledged: InFlight,
        on_disconnect_request: Callable[[str], None],
    ) -> None:
        super().__init__(
            app_token,
            logger=app.logger,
            web_client=app.client,
            auto_reconnect_enabled=False,
            ping_interval=ping_interval,
        )
        if is_loopback(app.client.base_url):
            self.proxy = None
        handler = _Handler(app, unacknowledged)
        self.socket_mode_request_listeners.append(handler.handle)  # type: ignore[arg-type]
        self.on_message_listeners.append(self._on_frame)
        self.on_close_listeners.append(self._on_close)
        self._on_disconnect_request = on_disconnect_request
        self._hello: asyncio.Future[Hello] = asyncio.get_running_loop().create_future()
        self._close_received = asyncio.Event()
        self._successor: asyncio.Future[SocketModeConnection] = asyncio.get_running_loop().create_future()

    async def open(self, url: str | None) -> Hello:
        """Open the connection at this URL, or at a new one, and return Slack's "hello".

        Raises SlackApiError, aiohttp.ClientError, TimeoutError, ConnectionRefused. The caller sets a limit.
        """
        self.wss_uri = url or (await self.web_client.apps_connections_open(app_token=self.app_token))["url"]
        await self.connect()
        return await self._hello

    async def connect(self) -> None:
        """Connect once. Raises the errors that slack_sdk's own method logs and retries for ever."""
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
        """Return why nothing can arrive over this connection; None if it works."""
        if self.aiohttp_client_session.closed:
            return "its HTTP session is closed"
        last = self.last_ping_pong_time
        if last is not None and time.time() - last > 4 * self.ping_interval:
            return f"no answer to pings for {time.time() - last:.0f} s"
        if self.current_session is None or self.current_session.closed:
            return "the socket is not open"
        return None

    def set_successor(self, successor: "SocketModeConnection") -> None:
        """Send the acks that are still to come over another connection."""
        self._successor.set_result(successor)

    async def drain(self, successor: "SocketModeConnection", time_limit: float) -> None:
        """Send a close frame, handle what Slack has sent before its own close frame, then close.

        Waits at most `time_limit` seconds for Slack's close frame. Acks go over `successor`.
        """
        self.set_successor(successor)
        if self.current_session_monitor is not None:
            self.current_session_monitor.cancel()
        try:
            async with asyncio.timeout(time_limit):
                if self.current_session is not None and not self.current_session.closed:
                    # aiohttp's own close() would drop what arrives before Slack's close frame.
                    await self.current_session.send_frame(WSCloseCode.OK.to_bytes(2, "big"), WSMsgType.CLOSE)
                    await self._close_received.wait()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("old connection not drained", problem=f"{type(error).__name__} {error}")
        await self.terminate(time_limit)

    async def send_message(self, message: str) -> None:
        """Send an ack. If this connection is gone, wait for its successor, as long as Slack waits."""
        if not self._successor.done() and self.current_session is not None:
            with suppress(ConnectionError):
                await self.current_session.send_str(message)
                return
        async with asyncio.timeout(ACK_LIMIT):
            successor = await asyncio.shield(self._successor)
        await successor.send_message(message)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Handle a message, except "disconnect", for which slack_sdk would close this connection."""
        if message.get("type") != "disconnect":
            await super().run_message_listeners(message, raw_message)

    async def terminate(self, time_limit: float) -> None:
        """Close the connection and cancel its tasks, whatever state it is in."""
        self.closed = True
        try:
            async with asyncio.timeout(time_limit):
                await self.close()  # type: ignore[no-untyped-call]
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("connection not closed cleanly", problem=f"{type(error).__name__} {error}")
        finally:
            # In `finally`, since a shutdown can cancel the close.
            tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
            for task in tasks:
                if task is not None:
                    task.cancel()
            await asyncio.gather(*filter(None, tasks), return_exceptions=True)
            await self.aiohttp_client_session.close()
            self._hello.cancel()

    async def _on_frame(self, message: WSMessage) -> None:
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
                self._on_disconnect_request(reason)
            else:
                self._hello.set_exception(ConnectionRefused(reason))

    async def _on_close(self, _: WSMessage) -> None:
        self._close_received.set()
        if not self._hello.done():
            self._hello.set_exception(ConnectionRefused("closed without a word"))
