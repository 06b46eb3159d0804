"""Deletes localdev's data: the database, Temporal's and the simulator's state, and the logs."""

import shutil
from pathlib import Path

from localdev.lock import locked

# Listed by name: if LOCALDEV_DIR has other files in it, they are kept.
_OURS = (
    *("postgres", "postgres.new", "temporal.sqlite3*", "slack.sqlite3*", "ledger.sqlite3*"),
    *("sample-orders-started", "logs"),
)


def reset(folder: Path) -> bool:
    """Delete localdev's data; return False if there is none. Raises LocaldevError while localdev uses it."""
    folder = folder.absolute()
    if not folder.exists():
        return False
    with locked(folder):
        for data in (folder / "real-slack", folder):
            _remove_from(data)
        (folder / "lock").unlink()
        _remove_if_empty(folder / "real-slack", folder)
    return True


def _remove_from(data: Path) -> None:
    for path in (path for pattern in _OURS for path in data.glob(pattern)):
        if path.is_symlink():  # The cluster is elsewhere; see postgres/binaries.py.
            if path.exists():
                shutil.rmtree(path.resolve())
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _remove_if_empty(*folders: Path) -> None:
    for folder in folders:
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
