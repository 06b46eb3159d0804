"""Caches Slack look-ups: simultaneous clicks share one call, and no click waits for long.

The cache is cachetools' TLRUCache, since a failure is kept for a shorter time than an answer. Sharing calls
is our own code: async-lru cancels a call when its last waiter gives up, while here the call goes on, so that
the next click finds the answer; and async-lru does not cache failures.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog
from cachetools import TLRUCache

from bot.web_api.errors import SLACK_ERRORS, describe

log = structlog.stdlib.get_logger(__name__)

V = TypeVar("V")

CACHED_FOR = 60.0
"""Seconds that an answer is kept. Slack allows 20 to 100 look-ups a minute."""
FAILURE_CACHED_FOR = 5.0
"""Seconds until a failed look-up is tried again."""
TIME_LIMIT = 1.5
"""Seconds that a click waits for its look-ups."""
MAX_CACHED = 10_000
"""Values of one kind that are kept; beyond that, the least recently used one is dropped."""


class CachedLookup(Generic[V]):
    """Looks values up by id and caches them. A failed look-up gives the value `unknown` for a short time.

    `fetch` calls Slack; it raises one of SLACK_ERRORS, or LookupError for an answer without the value.
    `what` names the look-up in the log, and `consequence` says there what its failure leads to.
    """

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[V]],
        unknown: V,
        *,
        what: str,
        consequence: str,
        cached_for: float = CACHED_FOR,
    ) -> None:
        self._fetch = fetch
        self._unknown = unknown
        self._what = what
        self._consequence = consequence
        self._cached_for = cached_for
        self._cache: TLRUCache[str, tuple[V, float]] = TLRUCache(
            MAX_CACHED, ttu=lambda _, entry, now: now + entry[1], timer=time.monotonic
        )
        """The values, each with the seconds that it is kept."""
        self._running: dict[str, asyncio.Task[V]] = {}

    async def get(self, *keys: str) -> dict[str, V]:
        """Return the value of each key; `unknown` for those that take longer than TIME_LIMIT."""
        tasks = {key: self._start(key) for key in keys}
        if not tasks:
            return {}
        # The calls go on after the time limit, to fill the cache for the next click.
        done, late = await asyncio.wait(tasks.values(), timeout=TIME_LIMIT)
        if late:
            ids = [key for key, task in tasks.items() if task in late]
            log.warning(f"{self._what} not looked up in time: {self._consequence}", ids=ids)
        return {key: task.result() if task in done else self._unknown for key, task in tasks.items()}

    def _start(self, key: str) -> "asyncio.Task[V]":
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._look_up(key))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return task

    async def _look_up(self, key: str) -> V:
        if (cached := self._cache.get(key)) is not None:
            return cached[0]
        try:
            value, lifetime = await self._fetch(key), self._cached_for
        except (*SLACK_ERRORS, LookupError) as error:
            log.warning(f"{self._what} not looked up: {self._consequence}", id=key, error=describe(error))
            value, lifetime = self._unknown, FAILURE_CACHED_FOR
        self._cache[key] = (value, lifetime)
        return value
