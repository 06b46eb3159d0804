"""Ports of this machine: a free one, and who has taken one."""

import asyncio
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from localdev.errors import LocaldevError

HOST = "127.0.0.1"
_LISTENING = "0A"


class Port(NamedTuple):
    """A port that something of ours is to listen on, and the setting that moves it."""

    number: int
    setting: str


def free_port() -> int:
    """Return a port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could listen on the port."""
    with socket.socket() as probe:
        # As servers do: connections of an earlier run that linger in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


async def require_free(port: Port, what: str, *, patience: float = 1.0) -> None:
    """Raise LocaldevError if the port stays taken: an earlier run may be just about to end."""
    deadline = asyncio.get_running_loop().time() + patience
    while not is_free(port.number):
        if asyncio.get_running_loop().time() >= deadline:
            holder = holder_of(port.number) or "another program"
            raise LocaldevError(
                f"{what} needs port {port.number}, and {holder} listens there. Stop that, or choose another "
                f"port: {port.setting}={port.number + 1} make run"
            )
        await asyncio.sleep(0.05)


def holder_of(port: int) -> str | None:
    """Return who listens on the port, such as `redis-server (process 812)`; None if that cannot be seen."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(Path("/proc/net") / table, port)}
    sockets = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        # Processes come and go, and those of other users may not be looked into.
        with suppress(OSError):
            if any(os.readlink(fd) in sockets for fd in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _listening(table: Path, port: int) -> list[str]:
    try:
        rows = [row.split() for row in table.read_text().splitlines()[1:]]
    except OSError:
        return []  # No /proc: not Linux.
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]
