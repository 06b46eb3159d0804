"""How much memory a process holds."""

import os
from pathlib import Path


def resident_mb(pid: int) -> int | None:
    """Return the resident memory in MB; None where /proc does not tell: not Linux, or it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
