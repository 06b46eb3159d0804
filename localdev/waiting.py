"""Waiting for another process, which has no event to give us."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]], *, every: float) -> None:
    """Return once the condition holds; ask `every` so many seconds. Bound it with asyncio.timeout."""
    while not await condition():  # noqa: ASYNC110 - see above
        await asyncio.sleep(every)
