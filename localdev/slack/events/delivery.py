"""Delivers events over Socket Mode, and again if they are not acked."""

import asyncio
from collections.abc import Sequence

from localdev.slack.json_values import Json
from localdev.slack.socket_mode.frames import EnvelopeType
from localdev.slack.socket_mode.hub import SocketHub

RETRY_SECONDS = (0.0, 60.0, 300.0)  # Slack tries again at once, after one minute and after five


class EventDelivery:
    """Delivers each event in a task of its own."""

    def __init__(self, sockets: SocketHub, retry_seconds: Sequence[float] = RETRY_SECONDS) -> None:
        self._sockets = sockets
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, payload: Json) -> None:
        """Begin to deliver an `event_callback` payload."""
        task = asyncio.create_task(self._deliver(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, payload: Json) -> None:
        reason = ""
        for attempt, seconds in enumerate((0.0, *self._retry_seconds)):
            await asyncio.sleep(seconds)
            _, ack = await self._sockets.send(
                EnvelopeType.EVENTS_API,
                payload,
                accepts_response_payload=False,
                retry_attempt=attempt,
                retry_reason=reason,
            )
            if ack is None:
                reason = "connection_failed"
            elif await self._sockets.wait_for_acks([ack]):
                return
            else:
                reason = "timeout"

    def stop(self) -> None:
        """Give up on every event that was not acked, since the server is stopping."""
        for task in self._tasks:
            task.cancel()
