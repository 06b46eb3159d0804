"""A disk on which PostgreSQL can write nothing more, without a disk of its own to fill."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.processes import children
from localdev.child import Child
from localdev.pgbinaries import system_user

_BYTES = 64 * 1024
"""Tables and the write-ahead log are larger, so that each write beyond fails with EFBIG instead of ENOSPC.

PostgreSQL ignores SIGXFSZ and takes both alike: a table that cannot grow is an error of its transaction, a
log that cannot be written ends the server.
"""


class CannotLimit(Exception):
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
        raise CannotLimit
    # The postmaster first: what it starts from now on has the limit from its birth. Those that have ended
    # meanwhile need none.
    for pid in (postmaster, *children(postmaster)):
        argv = (prlimit, f"--pid={pid}", f"--fsize={soft}:")
        # As PostgreSQL's own user: root may not do this to others in every container.
        child = Child(argv, log=data / "logs" / "prlimit.log", run_as=system_user(data / "postgres"))
        await child.spawn()
        await child.wait()
