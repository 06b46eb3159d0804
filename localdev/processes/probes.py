"""Probes: whether a server accepts connections, whether it answers over HTTP, whether it says it is ready."""

import asyncio

from localdev.processes.ports import HOST
from localdev.processes.program import Probe

_TIME_LIMIT = 3.0


def answers(port: int, path: str = "/") -> Probe:
    """Return a probe that holds when GET `path` gives 200."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(_TIME_LIMIT):
                return await _status(port, path) == 200
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            return False  # Nothing there yet, or it is being started.

    return probe


async def accepts(port: int) -> bool:
    """Whether something accepts connections on the port."""
    try:
        async with asyncio.timeout(_TIME_LIMIT):
            _, writer = await asyncio.open_connection(HOST, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _status(port: int, path: str) -> int:
    # By hand: an HTTP client would take longer to import than the servers take to start.
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n".encode())
        line = await reader.readuntil(b"\n")
        return int(line.split()[1])
    finally:
        writer.close()
        await writer.wait_closed()
