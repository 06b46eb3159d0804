"""The workspace on disk: one SQLite file, one commit a change, so that kill -9 loses nothing."""

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
    """The state file cannot be used; the message says why and what to do."""


class StateFile:
    """Records by kind and key. Only one process may have it open."""

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
        """The JSON of every record of a kind, in the order of their keys."""
        rows = self._db.execute("SELECT body FROM record WHERE kind = ? ORDER BY key", (kind,))
        return [body for (body,) in rows]

    def put(self, kind: str, key: str, body: str) -> None:
        """Keep a record in place of the one that had its key."""
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (kind, key, body))

    def drop(self, kind: str, key: str) -> None:
        """Forget a record."""
        self._db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def close(self) -> None:
        """Let another process have the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RecordStore:
    """What the parts of a workspace keep in the state file, if there is one."""

    def __init__(self, state: StateFile | None) -> None:
        self._state = state

    def load(self, kind: str) -> list[str]:
        """What was kept of a kind, in the order of the keys."""
        return self._state.load(kind) if self._state is not None else []

    def put(self, kind: str, key: str, value: Frozen) -> None:
        """Keep a value under a key."""
        if self._state is not None:
            self._state.put(kind, key, value.model_dump_json(exclude_defaults=True))

    def put_text(self, kind: str, key: str, text: str) -> None:
        """Keep a text under a key."""
        if self._state is not None:
            self._state.put(kind, key, text)

    def drop(self, kind: str, key: str) -> None:
        """Forget what was kept under a key."""
        if self._state is not None:
            self._state.drop(kind, key)
