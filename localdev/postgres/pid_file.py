"""Reads `postmaster.pid`, PostgreSQL's lock file in the data folder."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from localdev.errors import LocaldevError

_LOCK = "postmaster.pid"
_PID_LINE, _STATUS_LINE = 0, 7
_PATIENCE = 5.0
"""Seconds that a server whose parent process was killed gets to shut down."""


def status(data_dir: Path, pid: int) -> str | None:
    """Return the status (`ready`, `starting`, ...) of the server with that process id, if it wrote one."""
    lines = _read(data_dir)
    if len(lines) <= _STATUS_LINE or lines[_PID_LINE] != str(pid):
        return None
    return lines[_STATUS_LINE]


async def require_no_other(data_dir: Path) -> None:
    """Raise LocaldevError if another server uses the data folder, and delete a lock file that is stale.

    PostgreSQL itself does not start if any process has the recorded id, which may be re-used after a reboot.
    """
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while (pid := _holder(data_dir)) is not None:
        if asyncio.get_running_loop().time() > deadline:
            raise LocaldevError(
                f"{data_dir} is in use by another PostgreSQL, process {pid}. End it with: kill -INT {pid}"
            )
        await asyncio.sleep(0.05)
    (data_dir / _LOCK).unlink(missing_ok=True)


def _holder(data_dir: Path) -> int | None:
    lines = _read(data_dir)
    if not lines or not lines[_PID_LINE].isdecimal():
        return None
    pid = int(lines[_PID_LINE])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return pid  # Another user's process: it cannot be examined, so it counts as a server.
    with suppress(FileNotFoundError):  # Not on Linux, or the process has just ended.
        # The working directory of a PostgreSQL server is its data folder.
        return pid if Path(os.readlink(f"/proc/{pid}/cwd")) == data_dir.resolve() else None
    return pid if not Path("/proc/self").exists() else None


def _read(data_dir: Path) -> list[str]:
    try:
        return [line.strip() for line in (data_dir / _LOCK).read_text().splitlines()]
    except (FileNotFoundError, PermissionError):
        return []
