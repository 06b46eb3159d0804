"""Stores the workspace in an SQLite file. Every change is one commit, so that kill -9 loses nothing."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from localdev.slack.workspace.models import Frozen

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""


class StateFileError(Exception):
    """The state file cannot be used. The message says why and what to do."""


class StateFile:
    """The file: records by kind and key. Only one process can have it open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0)
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(_SCHEMA)
            self._db.execute("COMMIT")
            self._db.execute("SELECT count(*) FROM record").fetchone()
        except (sqlite3.Error, OSError) as error:
            raise StateFileError(self._explain(error)) from error

    def _explain(self, error: Exception) -> str:
        if "locked" in str(error):
            return f"The workspace file {self._path} is in use by another simulator. Stop that one first."
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            return f"The workspace file {self._path} is damaged ({error}). Delete it to begin anew."
        return f"The workspace file {self._path} cannot be opened: {error}."

    def load(self, kind: str) -> list[str]:
        """Return the bodies of all records of a kind, ordered by key."""
        rows = self._db.execute("SELECT body FROM record WHERE kind = ? ORDER BY key", (kind,))
        return [body for (body,) in rows]

    def put(self, kind: str, key: str, body: str) -> None:
        """Insert or replace a record."""
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (kind, key, body))

    def drop(self, kind: str, key: str) -> None:
        """Delete a record."""
        self._db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RecordStore:
    """The records of a workspace. Nothing is stored if there is no state file."""

    def __init__(self, state: StateFile | None) -> None:
        self._state = state

    def load(self, kind: str) -> list[str]:
        """Return the bodies of all records of a kind, ordered by key."""
        return self._state.load(kind) if self._state is not None else []

    def put(self, kind: str, key: str, value: Frozen) -> None:
        """Insert or replace a record with a model as its body."""
        if self._state is not None:
            self._state.put(kind, key, value.model_dump_json(exclude_defaults=True))

    def put_text(self, kind: str, key: str, text: str) -> None:
        """Insert or replace a record with a text as its body."""
        if self._state is not None:
            self._state.put(kind, key, text)

    def drop(self, kind: str, key: str) -> None:
        """Delete a record."""
        if self._state is not None:
            self._state.drop(kind, key)
