"""Temporary folders that a server of another system user can read."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def public_folder() -> Iterator[Path]:
    """Make a temporary folder that every user may enter; pytest's own are closed to PostgreSQL's user."""
    folder = Path(tempfile.mkdtemp(prefix="countersign-test-", dir=_in_memory()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _in_memory() -> Path | None:
    """Return a file system in memory if it is large enough: a clone takes 15 ms there, and 300 on a disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    return memory if roomy else None
