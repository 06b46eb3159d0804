"""Locks a data folder, so that only one localdev uses it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localdev.errors import LocaldevError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises LocaldevError if another process holds it.

    The kernel releases the lock when this process ends, also when it is killed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("a+")
    except OSError as error:
        raise LocaldevError(f"Cannot write to {folder}: {error.strerror}. See who owns it.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip()
            raise LocaldevError(
                f"Countersign already runs on {folder}, as process {pid}. "
                f"Stop it with Ctrl-C in its terminal, or: kill {pid}"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
