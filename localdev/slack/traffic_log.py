"""The log of every API call, response-url post and socket frame, newest last."""

import time
from collections import deque
from enum import StrEnum
from itertools import count, takewhile

from localdev.slack.json_values import Json
from localdev.slack.workspace.change_feed import ChangeFeed

_KEPT = 5000


class TrafficKind(StrEnum):
    """What went over the wire, seen from the workspace."""

    API = "api"
    HOOK = "hook"
    FRAME_OUT = "frame_out"
    FRAME_IN = "frame_in"


class TrafficLog:
    """Bounded: the oldest entries fall out."""

    def __init__(self, changes: ChangeFeed) -> None:
        self._changes = changes
        self._entries: deque[Json] = deque(maxlen=_KEPT)
        self._numbers = count(1)

    def add(self, kind: TrafficKind, name: str, **what: object) -> None:
        """Note one thing that went over the wire; `time` is in seconds since the epoch."""
        n = next(self._numbers)
        self._entries.append({"n": n, "kind": kind, "time": time.time(), "method": name, **what})
        self._changes.notify("traffic", n=n, traffic=kind, method=name)

    def after(self, n: int, limit: int) -> list[Json]:
        """What came after the entry number `n`; the newest `limit` of it, oldest first."""
        newer = list(takewhile(lambda entry: entry["n"] > n, reversed(self._entries)))
        return newer[:limit][::-1]

    def entries(self, kind: TrafficKind | None = None, name: str | None = None) -> list[Json]:
        """What was noted, oldest first."""
        return [
            entry
            for entry in self._entries
            if (kind is None or entry["kind"] == kind) and (name is None or entry["method"] == name)
        ]

    def clear(self) -> None:
        """Forget all of it."""
        self._entries.clear()
