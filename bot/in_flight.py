"""Counts running work, so that a shutdown can wait until it is finished."""

import asyncio
from types import TracebackType
from typing import Self


class InFlight:
    """A counter used as a context manager around each piece of work."""

    def __init__(self) -> None:
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> Self:
        self._running += 1
        self._idle.clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running -= 1
        if not self._running:
            self._idle.set()

    async def wait_until_idle(self, time_limit: float) -> bool:
        """Wait until nothing runs. Returns False if that takes longer than `time_limit` seconds."""
        try:
            async with asyncio.timeout(time_limit):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True
