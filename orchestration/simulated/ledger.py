"""Stores what the simulated payment gateway and carrier have done, in an SQLite file outside our database."""

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
CREATE TABLE IF NOT EXISTS movements (
    movement_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL,
    amount INTEGER, currency TEXT, at TEXT NOT NULL, effective INTEGER NOT NULL
);
"""
# `movements` has a row for every request to charge, refund or dispatch. `effective`: the request moved money
# or a parcel. Tests count both.


class Ledger:
    """Runs short transactions on the file, each in a thread, because SQLite blocks."""

    def __init__(self, path: Path) -> None:
        """Create the file if there is none. Raises SettingsWrong if it cannot be used."""
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


def record_movement(
    db: sqlite3.Connection,
    kind: str,
    subject: str,
    *,
    effective: bool,
    amount: int | None = None,
    currency: str | None = None,
) -> None:
    """Record, in the caller's transaction, that a charge, a refund or a dispatch was requested."""
    db.execute(
        "INSERT INTO movements (kind, subject, amount, currency, at, effective)"
        " VALUES (?, ?, ?, ?, datetime('now'), ?)",
        (kind, subject, amount, currency, effective),
    )
