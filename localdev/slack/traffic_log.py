"""Logs every Web API call, response-url post and socket frame, newest last."""

import time
from collections import deque
from enum import StrEnum
from itertools import count, takewhile

from localdev.slack.json_values import Json
from localdev.slack.workspace.change_feed import ChangeFeed

_KEPT = 5000


class TrafficKind(StrEnum):
    """The kind of an entry: a request to the simulator, or a frame to or from the app."""

    API = "api"
    HOOK = "hook"
    FRAME_OUT = "frame_out"
    FRAME_IN = "frame_in"


class TrafficLog:
    """The newest 5,000 entries; older ones are dropped."""

    def __init__(self, changes: ChangeFeed) -> None:
        self._changes = changes
        self._entries: deque[Json] = deque(maxlen=_KEPT)
        self._numbers = count(1)

    def add(self, kind: TrafficKind, name: str, **what: object) -> None:
        """Add an entry. Its `time` is in seconds since the epoch."""
        n = next(self._numbers)
        self._entries.append({"n": n, "kind": kind, "time": time.time(), "method": name, **what})
        self._changes.notify("traffic", n=n, traffic=kind, method=name)

    def after(self, n: int, limit: int) -> list[Json]:
        """Return the entries after number `n`, at most the newest `limit`, oldest first."""
        newer = list(takewhile(lambda entry: entry["n"] > n, reversed(self._entries)))
        return newer[:limit][::-1]

    def entries(self, kind: TrafficKind | None = None, name: str | None = None) -> list[Json]:
        """Return the entries of that kind and name, oldest first."""
        return [
            entry
            for entry in self._entries
            if (kind is None or entry["kind"] == kind) and (name is None or entry["method"] == name)
        ]

    def clear(self) -> None:
        """Delete all entries."""
        self._entries.clear()
