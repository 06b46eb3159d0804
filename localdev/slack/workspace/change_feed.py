"""Tells listeners that the workspace changed: long polls, the page's event stream, tests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from localdev.slack.json_values import Json

T = TypeVar("T")

END = "end"
_BACKLOG = 1000  # a listener with more pending notices is told to reload


class ChangeFeed:
    """Broadcasts small notices, each with an increasing `version`."""

    def __init__(self) -> None:
        self.version = 0
        self._changed = asyncio.Event()
        self._listeners: set[asyncio.Queue[Json]] = set()

    def notify(self, kind: str, **what: object) -> None:
        """Send a notice that something of `kind` changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()
        for queue in self._listeners:
            if queue.full():  # one notice replaces all: its listener reloads everything
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait({"version": self.version, "kind": "reload"})
            else:
                queue.put_nowait({"version": self.version, "kind": kind, **what})

    def end(self) -> None:
        """End the notices of every listener."""
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait({"kind": END})

    async def wait_until(self, found: Callable[[], T | None], timeout: float) -> T | None:
        """Return the first result of `found` that is not None; None after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    changed = self._changed
                    if (result := found()) is not None:
                        return result
                    await changed.wait()
        except TimeoutError:
            return found()

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[Json]]:
        """Return the notices from now on."""
        queue: asyncio.Queue[Json] = asyncio.Queue(maxsize=_BACKLOG)
        self._listeners.add(queue)
        try:
            yield _drain(queue)
        finally:
            self._listeners.discard(queue)


async def _drain(queue: asyncio.Queue[Json]) -> AsyncIterator[Json]:
    while (notice := await queue.get())["kind"] != END:
        yield notice
