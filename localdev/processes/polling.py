"""Waits for a condition by polling, and runs coroutines concurrently."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable


async def poll_until(condition: Callable[[], Awaitable[bool]], *, every: float) -> None:
    """Check the condition every `every` seconds and return once it is true. Has no time limit of its own."""
    while not await condition():  # noqa: ASYNC110 - another process has no asyncio.Event to wait for
        await asyncio.sleep(every)


async def run_concurrently(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Run all coroutines concurrently. The first failure cancels the others and is raised, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors.exceptions[0].__cause__
