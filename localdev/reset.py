"""Forgetting everything: orders, messages, the database, the logs."""

import shutil
from pathlib import Path

from localdev.lock import locked


def reset(folder: Path) -> bool:
    """Remove the data folder; False if there is none. Raises LocaldevError while localdev runs on it."""
    folder = folder.absolute()
    if not folder.exists():
        return False
    with locked(folder):
        for cluster in (folder / "postgres", folder / "real-slack" / "postgres"):
            if cluster.is_symlink():  # It lies where PostgreSQL's own user can reach it; see pgbinaries.
                shutil.rmtree(cluster.readlink(), ignore_errors=True)
        shutil.rmtree(folder)
    return True
