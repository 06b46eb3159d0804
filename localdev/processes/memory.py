"""Reads how much memory a process uses."""

import os
from pathlib import Path


def resident_mb(pid: int) -> int | None:
    """Return the resident memory in MB; None if the process has ended, or not on Linux."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
