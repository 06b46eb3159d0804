"""Waiting for another process, which has no event to give us, and for several things at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable


async def poll_until(condition: Callable[[], Awaitable[bool]], *, every: float) -> None:
    """Return once the condition holds; ask `every` so many seconds. Bound it with asyncio.timeout."""
    while not await condition():  # noqa: ASYNC110 - see above
        await asyncio.sleep(every)


async def run_concurrently(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Do all at the same time; the first failure ends the others and is raised bare."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors.exceptions[0].__cause__
