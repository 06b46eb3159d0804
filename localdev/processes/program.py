"""A program that is ready when a probe of it says so."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from localdev.errors import LocaldevError, failed_at_start, tail
from localdev.processes.child import Child
from localdev.processes.polling import poll_until

Probe = Callable[[], Awaitable[bool]]
"""Whether the program is ready for work now. It does not raise for one that is not there yet."""


class Server(Protocol):
    """What can be started, watched and stopped; see PostgresServer and Program."""

    async def start(self) -> None:
        """Return when it is ready. LocaldevError when it cannot be."""

    async def wait(self) -> int:
        """Return the exit code, when it has ended."""

    async def stop(self) -> None:
        """Let it finish what it is doing and end."""

    def kill(self) -> None:
        """End it at once."""


class Program:
    """A child process with a readiness probe. An async context manager."""

    def __init__(
        self,
        title: str,
        argv: Sequence[str],
        *,
        log: Path,
        ready: Probe,
        env: Mapping[str, str] | None = None,
        start_timeout: float = 60.0,
        stop_timeout: float = 10.0,
    ) -> None:
        self.title = title
        self.log = log
        self.argv = tuple(argv)
        self._ready = ready
        self._env = env
        self._start_timeout = start_timeout
        self._stop_timeout = stop_timeout
        self._child: Child | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child is not None and self._child.alive

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises LocaldevError with the end of its log."""
        child = self._child = Child(self.argv, log=self.log, env=self._env)
        await child.spawn()
        ended = asyncio.create_task(child.wait())
        probing = asyncio.ensure_future(poll_until(self._ready, every=0.05))
        try:
            await asyncio.wait(
                (ended, probing), timeout=self._start_timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if probing.done():
                probing.result()
                return
            if ended.done():
                raise failed_at_start(self.title, self.log, since=child.log_start)
            await child.stop(patience=self._stop_timeout)
            raise LocaldevError(
                f"{self.title} was not ready within {self._start_timeout:.0f} s. The end of {self.log}:\n"
                + tail(self.log, since=child.log_start)
            )
        finally:
            probing.cancel()
            ended.cancel()

    async def wait(self) -> int:
        """Wait for its end."""
        return await self._running().wait()

    async def stop(self) -> None:
        """Send SIGTERM; kill it if that takes too long. Does nothing if it does not run."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM, patience=self._stop_timeout)

    def kill(self) -> None:
        """Kill it at once."""
        if self._child is not None:
            self._child.kill()

    def _running(self) -> Child:
        if self._child is None:
            raise RuntimeError(f"{self.title} was not started")
        return self._child


async def run_once(
    title: str, argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None
) -> None:
    """Run a program to its end. Raises LocaldevError, with the end of its log, unless it exits with 0."""
    child = Child(argv, log=log, env=env)
    await child.spawn()
    try:
        code = await child.wait()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    if code != 0:
        quoted = tail(log, since=child.log_start).replace("\n", "\n    ")
        raise LocaldevError(f"{title} failed with exit code {code}. The end of {log}:\n    {quoted}")
