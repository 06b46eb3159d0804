"""Accepts the app's Socket Mode connections, sends envelopes over them and receives acks."""

import asyncio
import contextlib
import itertools
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from localdev.slack.faults import FaultKind, Faults
from localdev.slack.json_values import Json, parse_json
from localdev.slack.socket_mode import frames
from localdev.slack.socket_mode.acks import Ack, PendingAcks
from localdev.slack.socket_mode.frames import DisconnectReason, EnvelopeType
from localdev.slack.socket_mode.tickets import Tickets
from localdev.slack.traffic_log import TrafficKind, TrafficLog
from localdev.slack.workspace.workspace import Workspace

MAX_CONNECTIONS = 10
ACK_SECONDS = 3.0
PING_SECONDS = 10.0
CONNECTION_SECONDS = 18_060.0  # what Slack announces in `hello`
DEBUG_CONNECTION_SECONDS = 360.0  # with debug_reconnects=true in the URL
WARNING_SECONDS = 10.0  # the warning comes this long before the end of a connection
DRAIN_SECONDS = 0.5  # after a new connection opened, acks may still arrive on the old one


@dataclass(eq=False)
class _Connection:
    number: int
    socket: web.WebSocketResponse
    draining: bool = False


class SocketHub:
    """All connections of the app. Each envelope is sent over one connection, round-robin."""

    def __init__(
        self,
        workspace: Workspace,
        faults: Faults,
        traffic: TrafficLog,
        *,
        ack_seconds: float = ACK_SECONDS,
        ping_seconds: float = PING_SECONDS,
        connection_seconds: float = CONNECTION_SECONDS,
        debug_connection_seconds: float = DEBUG_CONNECTION_SECONDS,
    ) -> None:
        self.ack_seconds = ack_seconds
        self._ping_seconds = ping_seconds
        self._connection_seconds = connection_seconds
        self._debug_connection_seconds = debug_connection_seconds
        self._workspace = workspace
        self._faults = faults
        self._traffic = traffic
        self._app_id = workspace.app.id
        self._tickets = Tickets()
        self._connections: list[_Connection] = []
        self._acks = PendingAcks()
        self._numbers = itertools.count(1)
        self._late: set[asyncio.Task[object]] = set()
        self.enabled = True

    def routes(self) -> list[web.RouteDef]:
        """Return the route of the URL that apps.connections.open returns."""
        return [web.get("/link/", self.handle)]

    @property
    def open_connections(self) -> int:
        """The number of open connections."""
        return len(self._connections)

    def new_url(self) -> str:
        """Return a websocket URL with a new ticket."""
        ticket = self._tickets.issue()
        base = self._workspace.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._app_id}"

    # --- one connection

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if request.query.get("app_id") != self._app_id or not self._tickets.redeem(ticket):
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        if len(self._connections) >= MAX_CONNECTIONS:
            too_many = frames.too_many_websockets(self._app_id, len(self._connections) + 1)
            await self._send_frame(socket, too_many)
            await socket.close()
            return socket
        connection = _Connection(next(self._numbers), socket)
        self._connections.append(connection)
        self._workspace.changes.notify("connections")
        debug = request.query.get("debug_reconnects") == "true"
        seconds = self._debug_connection_seconds if debug else self._connection_seconds
        tasks = (
            asyncio.create_task(self._ping(socket)),
            asyncio.create_task(self._end_in_time(connection, seconds)),
        )
        try:
            await self._send_frame(socket, frames.hello(self._app_id, len(self._connections), int(seconds)))
            await self._close_drained(except_for=connection)
            await self._read(connection)
        finally:
            for task in tasks:
                task.cancel()
            self._forget(connection)
        return socket

    async def _end_in_time(self, connection: _Connection, seconds: float) -> None:
        """Send the warning and the refresh request, and close the connection if no new one opened."""
        notice = min(WARNING_SECONDS, seconds / 2)
        await asyncio.sleep(seconds - notice)
        await self._send_frame(connection.socket, frames.disconnect(DisconnectReason.WARNING))
        await asyncio.sleep(notice)
        await self._send_frame(connection.socket, frames.disconnect(DisconnectReason.REFRESH_REQUESTED))
        connection.draining = True
        await asyncio.sleep(notice)
        self._close_soon(connection)

    def _forget(self, connection: _Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            self._workspace.changes.notify("connections")

    async def _read(self, connection: _Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                frame = parse_json(message.data)
            except ValueError:
                frame = None
            if not isinstance(frame, dict):
                self._traffic.add(
                    TrafficKind.FRAME_IN, "not_json", frame=message.data, connection=connection.number
                )
                continue
            self._traffic.add(TrafficKind.FRAME_IN, "ack", frame=frame, connection=connection.number)
            self._acks.receive(frame)

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        while True:
            await asyncio.sleep(self._ping_seconds)
            with contextlib.suppress(ConnectionError):
                await socket.ping(frames.PING)

    # --- disconnects

    async def disconnect(self, reason: DisconnectReason) -> None:
        """Send every connection a disconnect frame.

        After a warning the connection stays open; after `refresh_requested` until a new one opens.
        """
        for connection in list(self._connections):
            await self._send_frame(connection.socket, frames.disconnect(reason))
            if reason is DisconnectReason.REFRESH_REQUESTED:
                connection.draining = True
            elif reason is not DisconnectReason.WARNING:
                await connection.socket.close()

    async def switch(self, enabled: bool) -> None:
        """Switch Socket Mode on or off in the app's settings. If it is off, new connections are refused."""
        self.enabled = enabled
        if not enabled:
            self._tickets.clear()
            await self.disconnect(DisconnectReason.LINK_DISABLED)

    async def cut_all(self) -> None:
        """Close every connection without a disconnect frame."""
        for connection in list(self._connections):
            await connection.socket.close(code=1001)

    async def stop(self) -> None:
        """Close every connection and cancel delayed envelopes, since the server is stopping."""
        for task in self._late:
            task.cancel()
        await self.cut_all()

    async def _close_drained(self, except_for: _Connection) -> None:
        for connection in [c for c in self._connections if c.draining and c is not except_for]:
            asyncio.get_running_loop().call_later(DRAIN_SECONDS, self._close_soon, connection)

    def _close_soon(self, connection: _Connection) -> None:
        self._later(connection.socket.close())

    # --- envelopes

    async def send(
        self,
        kind: EnvelopeType,
        payload: Json,
        *,
        accepts_response_payload: bool = True,
        retry_attempt: int = 0,
        retry_reason: str = "",
    ) -> tuple[str, asyncio.Future[Ack] | None]:
        """Send an envelope over one connection.

        Return its id and the future of its ack; None instead of the future if there is no connection.
        """
        envelope_id = str(uuid.uuid4())
        frame = frames.envelope(
            envelope_id,
            kind,
            payload,
            accepts_response_payload=accepts_response_payload,
            retry_attempt=retry_attempt,
            retry_reason=retry_reason,
        )
        ack = self._acks.expect(envelope_id)
        copies, delay = 1, 0.0
        for fault in self._faults.strike(kind, _channel_of(payload), envelope=True):
            match fault.kind:
                case FaultKind.DUPLICATE_ENVELOPE:
                    copies = 2
                case FaultKind.DELAY_ENVELOPE:
                    delay = fault.seconds
                case FaultKind.LOSE_ENVELOPE:
                    copies = 0
                case _:
                    await self._cut_next()
        if delay:
            self._later(self._send_late(frame, copies, delay))
            return envelope_id, ack
        if not await self._send_copies(frame, copies):
            ack.cancel()
            return envelope_id, None
        return envelope_id, ack

    async def wait_for_acks(self, acks: list[asyncio.Future[Ack]]) -> list[Ack]:
        """Wait for acks, `ack_seconds` at most, and return those that came."""
        done, late = await asyncio.wait(acks, timeout=self.ack_seconds)
        for ack in late:
            ack.cancel()
        return [ack.result() for ack in acks if ack in done]

    async def _send_late(self, frame: Json, copies: int, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._send_copies(frame, copies)

    async def _send_copies(self, frame: Json, copies: int) -> bool:
        sent = True
        for _ in range(copies):
            sent = await self._send_to_one(frame) and sent
        return sent

    async def _send_to_one(self, frame: Json) -> bool:
        while self._connections:
            connection = self._next_connection()
            if await self._send_frame(connection.socket, frame, connection.number):
                return True
            self._forget(connection)
        return False

    def _next_connection(self) -> _Connection:
        """Return the next connection; one that is being replaced only if there is no other."""
        chosen = next((c for c in self._connections if not c.draining), self._connections[0])
        self._connections.remove(chosen)
        self._connections.append(chosen)
        return chosen

    async def _cut_next(self) -> None:
        if self._connections:
            connection = next((c for c in self._connections if not c.draining), self._connections[0])
            self._forget(connection)
            await connection.socket.close(code=1001)

    async def _send_frame(
        self, socket: web.WebSocketResponse, frame: Json, connection: int | None = None
    ) -> bool:
        try:
            await socket.send_json(frame)
        except (ConnectionError, RuntimeError):  # RuntimeError: the server has just closed it
            return False
        about = {} if connection is None else {"connection": connection}
        self._traffic.add(TrafficKind.FRAME_OUT, str(frame["type"]), frame=frame, **about)
        return True

    def _later(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)


def _channel_of(payload: Json) -> str | None:
    """Return the channel id in a payload, which has different places in different payloads."""
    channel = payload.get("channel_id") or payload.get("channel") or payload.get("event", {}).get("channel")
    return channel.get("id") if isinstance(channel, dict) else channel
