"""Helpers to wait with a time limit, and to inspect and kill processes."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

LIMIT = 20.0
"""Seconds. Only a failing test takes this long."""


async def eventually(condition: Callable[[], bool], what: str) -> None:
    """Return when the condition holds; fail the test if it never does."""
    try:
        async with asyncio.timeout(LIMIT):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"never happened: {what}") from None


def runs(pid: int) -> bool:
    """Return whether the process runs. A zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def kill(pid: int) -> None:
    """Send SIGKILL to a process."""
    os.kill(pid, signal.SIGKILL)
