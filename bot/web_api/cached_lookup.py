"""Look-ups in Slack, kept for a while: clicks at the same moment share one, and none waits for long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

V = TypeVar("V")

CACHED_FOR = 60.0
"""Seconds. Slack allows some twenty to a hundred such calls a minute; so long may a change take to show."""
FAILURE_CACHED_FOR = 5.0
"""Seconds that a failed look-up is not tried again."""
TIME_LIMIT = 1.5
"""Seconds that one click waits for its look-ups."""


class LookupFailed(Exception):
    """Slack did not say; logged already."""


class CachedLookup(Generic[V]):
    """Answers by id. `ask` raises LookupFailed; then the answer is `unknown`, for a moment."""

    def __init__(
        self, ask: Callable[[str], Awaitable[V]], unknown: V, *, cached_for: float = CACHED_FOR
    ) -> None:
        self._ask = ask
        self._unknown = unknown
        self._cached_for = cached_for
        self._known: dict[str, tuple[float, V]] = {}
        self._running: dict[str, asyncio.Task[V]] = {}

    def start(self, key: str) -> "asyncio.Task[V]":
        """Look it up. An answer that is late for whoever asked still fills the cache."""
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._look_up(key))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return task

    async def _look_up(self, key: str) -> V:
        clock = asyncio.get_running_loop().time
        until, answer = self._known.get(key, (0.0, self._unknown))
        if clock() < until:
            return answer
        try:
            answer, valid = await self._ask(key), self._cached_for
        except LookupFailed:
            answer, valid = self._unknown, FAILURE_CACHED_FOR
        self._known[key] = (clock() + valid, answer)
        return answer
