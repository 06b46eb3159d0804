"""Finds free TCP ports, and the process that listens on a port that is in use."""

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
    """A port that a unit will listen on, and the environment variable that changes the port."""

    number: int
    setting: str


def free_port() -> int:
    """Return a port that no process listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port."""
    with socket.socket() as probe:
        # Servers set this too: connections of an earlier run in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


async def require_free(port: Port, what: str, *, patience: float = 1.0) -> None:
    """Raise LocaldevError if the port is in use for `patience` seconds.

    An earlier run may be about to end.
    """
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
    """Return the listening process, such as `redis-server (process 812)`; None if it cannot be found."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(Path("/proc/net") / table, port)}
    sockets = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        # Processes may end meanwhile, and those of other users cannot be read.
        with suppress(OSError):
            if any(os.readlink(fd) in sockets for fd in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return None


def _listening(table: Path, port: int) -> list[str]:
    try:
        rows = [row.split() for row in table.read_text().splitlines()[1:]]
    except OSError:
        return []  # There is no /proc except on Linux.
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]
