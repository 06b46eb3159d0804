"""The journal of a run: one line for everything that people did and were told."""

import json
import time
from pathlib import Path
from typing import Any, TextIO


class Journal:
    """A file of JSON lines, and the same in memory. `at` is seconds since the epoch."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[dict[str, Any]] = []
        self._file: TextIO = path.open("a")

    def write(self, event: str, **fields: Any) -> None:
        """Add a line; it is in the file when this returns."""
        line = {"at": round(time.time(), 3), "event": event, **fields}
        self.lines.append(line)
        self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def all(self, event: str) -> list[dict[str, Any]]:
        """All lines of one event."""
        return [line for line in self.lines if line["event"] == event]
