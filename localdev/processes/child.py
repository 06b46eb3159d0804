"""One child process: a log file, a session of its own, and an end that comes when ours does."""

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
    """The system user that a child runs as, where it may not run as root."""

    uid: int
    gid: int


class Child:
    """A program that is started, watched and stopped.

    It runs in a session of its own, so that Ctrl-C in the terminal reaches only us and the order of stopping
    is ours. Should we be killed, the kernel sends it `on_parent_death` (Linux only).
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
        """Where in the log this child's own lines begin, in bytes."""

    @property
    def pid(self) -> int:
        """The process id. RuntimeError before `spawn`."""
        return self._started().pid

    @property
    def alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def spawn(self) -> None:
        """Start the program; its output is appended to the log."""
        # The kernel watches the thread that starts a child, not the process: start it from one that stays.
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
        """Wait for the end; the exit code, negative for a signal."""
        return await self._started().wait()

    async def stop(self, stop_signal: signal.Signals = signal.SIGTERM, *, patience: float = 10.0) -> bool:
        """Ask it to end; kill it after `patience` seconds. False when it had to be killed."""
        if not self.alive:
            return True
        with suppress(ProcessLookupError):  # It may have ended in this very moment.
            self._started().send_signal(stop_signal)
        try:
            await asyncio.wait_for(self.wait(), patience)
        except TimeoutError:
            self.kill()
            await self.wait()
            return False
        return True

    def kill(self) -> None:
        """Kill it and whatever it started in its session, now."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the child was not started")
        return self._process
