"""The books of the simulated outside world: one SQLite file for all processes, outside our database."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from orchestration.settings import SettingsWrong

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    payment_id TEXT PRIMARY KEY, amount INTEGER, currency TEXT,
    charged_at TEXT, refunded_at TEXT, closed_at TEXT
);
CREATE TABLE IF NOT EXISTS parcels (
    order_id TEXT PRIMARY KEY, ship_to TEXT NOT NULL, prepared_at TEXT NOT NULL, dispatched_at TEXT
);
"""


class Ledger:
    """Runs small transactions on the file, each in a thread: SQLite blocks."""

    def __init__(self, path: Path) -> None:
        """Make the file if there is none. Raises SettingsWrong if it cannot be used."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self.open() as db:
                db.execute("PRAGMA journal_mode=WAL")
                db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise SettingsWrong(f"SIMULATED_LEDGER: {path} cannot be used ({error})") from error

    async def run(self, transaction: Callable[[sqlite3.Connection], T]) -> T:
        """Run one transaction."""

        def work() -> T:
            with self.open() as db:
                return transaction(db)

        return await asyncio.to_thread(work)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, which is committed unless the block raises."""
        db = sqlite3.connect(self._path, timeout=4)
        try:
            with db:
                yield db
        finally:
            db.close()
