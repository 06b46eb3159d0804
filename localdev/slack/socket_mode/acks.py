"""Matches the app's acks with the envelopes that were sent."""

import asyncio
from dataclasses import dataclass

from localdev.slack.json_values import Json


@dataclass(frozen=True)
class Ack:
    """The app's ack of an envelope. `payload` is None if the ack has none."""

    envelope_id: str
    payload: Json | None


class PendingAcks:
    """The envelopes that have no ack yet."""

    def __init__(self) -> None:
        self._futures: dict[str, asyncio.Future[Ack]] = {}

    def expect(self, envelope_id: str) -> asyncio.Future[Ack]:
        """Return the future of an envelope's ack. Cancel it to stop waiting."""
        ack: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._futures[envelope_id] = ack
        ack.add_done_callback(lambda _: self._futures.pop(envelope_id, None))
        return ack

    def receive(self, frame: Json) -> None:
        """Take a frame of the app. Frames that are no ack of a pending envelope are ignored."""
        envelope_id, payload = frame.get("envelope_id"), frame.get("payload")
        future = self._futures.get(envelope_id) if isinstance(envelope_id, str) else None
        if future is not None and not future.done():
            answer = payload if isinstance(payload, dict) and payload else None
            future.set_result(Ack(str(envelope_id), answer))
