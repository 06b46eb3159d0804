"""Runs programs as child processes: servers with a readiness probe, and programs that run once."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from localdev.errors import LocaldevError, failed_at_start, tail
from localdev.processes.child import Child
from localdev.processes.polling import poll_until
from localdev.processes.server import ServerProcess

Probe = Callable[[], Awaitable[bool]]
"""Returns whether the program is ready. It does not raise while the program is still starting."""


class Program(ServerProcess):
    """A server whose start ends when its probe `ready` returns True. Timeouts are in seconds."""

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
        super().__init__(title)
        self.log = log
        self.argv = tuple(argv)
        self._ready = ready
        self._env = env
        self._start_timeout = start_timeout
        self._stop_timeout = stop_timeout

    async def start(self) -> None:
        """Start the program and wait until it is ready. Raises LocaldevError with the end of its log."""
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

    async def stop(self) -> None:
        """Send SIGTERM, and kill the program after the stop timeout. Does nothing if it does not run."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM, patience=self._stop_timeout)


async def run_once(
    title: str, argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None
) -> None:
    """Run a program to its end. Raises LocaldevError with the end of its log if the exit code is not 0."""
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
