"""Simulates a full disk for PostgreSQL with a limit on the size of files."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.harness.processes import children
from localdev.postgres.binaries import system_user
from localdev.processes.child import Child

_BYTES = 2 * 1024 * 1024
"""The write-ahead log is larger, so that a write there fails with EFBIG, where a full disk says ENOSPC.

PostgreSQL ignores SIGXFSZ and takes both alike: without its log it cannot commit, and the server ends. Its
pieces of shared memory, of 1 MiB each, are files too, and none of a disk: they fit in.
"""


class FileSizeLimitUnavailable(Exception):
    """This machine has no `prlimit` (Linux, util-linux)."""


@asynccontextmanager
async def full_disk(postmaster: int, data: Path) -> AsyncIterator[None]:
    """While the block runs, no process of that server can write beyond the first bytes of a file."""
    await _limit(postmaster, data, str(_BYTES))
    try:
        yield
    finally:
        await _limit(postmaster, data, "unlimited")


async def _limit(postmaster: int, data: Path, soft: str) -> None:
    prlimit = shutil.which("prlimit")
    if prlimit is None:
        raise FileSizeLimitUnavailable

    async def limit(pid: int) -> None:
        argv = (prlimit, f"--pid={pid}", f"--fsize={soft}:")
        # As PostgreSQL's own user: root may not do this to others in every container.
        child = Child(argv, log=data / "logs" / "prlimit.log", run_as=system_user(data / "postgres"))
        await child.spawn()
        await child.wait()

    # The postmaster first: what it starts from now on has the limit from its birth. Those that have ended
    # meanwhile need none.
    await limit(postmaster)
    for pid in children(postmaster):
        await limit(pid)
