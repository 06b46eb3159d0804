"""Readiness probes: does a server accept connections, does it answer over HTTP?"""

import asyncio

from localdev.processes.ports import HOST
from localdev.processes.program import Probe

_TIME_LIMIT = 3.0


def answers(port: int, path: str = "/") -> Probe:
    """Return a probe that is true when `GET path` answers 200."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(_TIME_LIMIT):
                return await _status(port, path) == 200
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            return False  # The server is still starting.

    return probe


async def accepts(port: int) -> bool:
    """Return whether a server accepts connections on the port."""
    try:
        async with asyncio.timeout(_TIME_LIMIT):
            _, writer = await asyncio.open_connection(HOST, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _status(port: int, path: str) -> int:
    # Without an HTTP client, since importing one takes longer than the servers take to start.
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n".encode())
        line = await reader.readuntil(b"\n")
        return int(line.split()[1])
    finally:
        writer.close()
        await writer.wait_closed()
