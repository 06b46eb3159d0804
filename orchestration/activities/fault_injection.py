"""Lets a share of the activities fail or hang on purpose (FLAKY_ERROR_RATE, FLAKY_HANG_RATE)."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from orchestration.contracts.activity_options import START_TO_CLOSE

T = TypeVar("T")


class InjectedFault(Exception):
    """This error was injected on purpose (FLAKY_ERROR_RATE)."""


@dataclass(frozen=True)
class Faults:
    """How often a call fails or hangs, each from 0 (never, as in production) to 1.

    Half of the faults happen before the call and half after it, when only its answer is lost.
    """

    error_rate: float = 0.0
    hang_rate: float = 0.0
    source: random.Random = field(default_factory=random.Random)


async def call_with_faults(faults: Faults, call: Callable[[], Awaitable[T]]) -> T:
    """Make the call, or fail as an external system might. Raises InjectedFault, or the call's own error."""
    number = faults.source.random()
    if number >= faults.error_rate + faults.hang_rate:
        return await call()
    if faults.source.random() < 0.5:
        await call()
    if number >= faults.error_rate:
        # Longer than an attempt may take, so that the time limit ends the attempt.
        await asyncio.sleep(2 * START_TO_CLOSE.total_seconds())
    raise InjectedFault


class FaultInjectionInterceptor(Interceptor):
    """Injects faults into every activity of a worker."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the activity. The parameter's name is the SDK's."""
        return _FlakyActivity(next, self._faults)


class _FlakyActivity(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, faults: Faults) -> None:
        super().__init__(inner)
        self._faults = faults

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await call_with_faults(self._faults, lambda: self.next.execute_activity(input))
