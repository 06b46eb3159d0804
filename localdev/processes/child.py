"""Starts and stops one child process, which the kernel ends if this process dies."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_LAUNCHER = Path(__file__).with_name("parent_death.py")


class RunAs(NamedTuple):
    """The user that a child process runs as, if it may not run as root."""

    uid: int
    gid: int


class Child:
    """A child process that writes its output to a log file.

    It has a session of its own, so that Ctrl-C in the terminal reaches only this process, which then stops
    the children in the right order. If this process dies, the kernel sends the child `on_parent_death`
    (Linux only).
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        run_as: RunAs | None = None,
        on_parent_death: signal.Signals = signal.SIGKILL,
    ) -> None:
        self._argv = tuple(argv)
        self._log = log
        self._env = None if env is None else dict(env)
        self._cwd = cwd
        self._run_as = run_as or RunAs(-1, -1)
        self._on_parent_death = on_parent_death
        self._process: asyncio.subprocess.Process | None = None
        self.log_start = 0
        """The length of the log before this child started, in bytes."""

    @property
    def pid(self) -> int:
        """The process id. RuntimeError before `spawn`."""
        return self._started().pid

    @property
    def alive(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def spawn(self) -> None:
        """Start the program; its output is appended to the log."""
        # The kernel sends the signal when the thread that started the child ends. This runs in the thread of
        # the event loop, which lives as long as the process.
        launcher = [
            sys.executable,
            "-I",
            "-S",
            str(_LAUNCHER),
            str(int(self._on_parent_death)),
            str(os.getpid()),
        ]
        command = [*launcher, str(self._run_as.uid), str(self._run_as.gid), *self._argv]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self.log_start = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Wait until the process ends; return its exit code, negative for a signal."""
        return await self._started().wait()

    async def stop(self, stop_signal: signal.Signals = signal.SIGTERM, *, patience: float = 10.0) -> bool:
        """Send the signal, and kill the process after `patience` seconds. Return False if it was killed."""
        if not self.alive:
            return True
        with suppress(ProcessLookupError):  # It may have just ended.
            self._started().send_signal(stop_signal)
        try:
            await asyncio.wait_for(self.wait(), patience)
        except TimeoutError:
            self.kill()
            await self.wait()
            return False
        return True

    def kill(self) -> None:
        """Kill the process and everything that it started in its session."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the child was not started")
        return self._process
