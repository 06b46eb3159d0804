"""What PostgreSQL's own lock file says: `postmaster.pid` in the data folder."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from localdev.errors import LocaldevError

_LOCK = "postmaster.pid"
_PID_LINE, _STATUS_LINE = 0, 7
_PATIENCE = 5.0
"""Seconds that a server whose parent was killed is given to finish its own shutdown."""


def status(data_dir: Path, pid: int) -> str | None:
    """Return what the server with that process id says of itself (`ready`, `starting`, ...), if anything."""
    lines = _read(data_dir)
    if len(lines) <= _STATUS_LINE or lines[_PID_LINE] != str(pid):
        return None
    return lines[_STATUS_LINE]


async def require_no_other(data_dir: Path) -> None:
    """Raise LocaldevError if another server uses the data folder; remove a lock that nobody holds any more.

    PostgreSQL itself takes any live process with the noted id for the owner, a re-used id after a reboot too.
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
        return pid  # Somebody else's process: not ours to look into, so not ours to ignore.
    with suppress(FileNotFoundError):  # No /proc, or the process just ended.
        # A server works in its data folder, and nothing else does.
        return pid if Path(os.readlink(f"/proc/{pid}/cwd")) == data_dir.resolve() else None
    return pid if not Path("/proc/self").exists() else None


def _read(data_dir: Path) -> list[str]:
    try:
        return [line.strip() for line in (data_dir / _LOCK).read_text().splitlines()]
    except (FileNotFoundError, PermissionError):
        return []
