"""The interceptor that lets activities fail on purpose."""

import random

import pytest

from orchestration.activities.fault_injection import Faults, InjectedFault, call_with_faults


async def outcomes(settings: Faults, calls: int) -> tuple[int, int]:
    """Of so many calls: how many acted, how many answered."""
    acted, answered = 0, 0

    async def act() -> None:
        nonlocal acted
        acted += 1

    for _ in range(calls):
        try:
            await call_with_faults(settings, act)
        except InjectedFault:
            continue
        answered += 1
    return acted, answered


async def test_production_has_no_faults() -> None:
    """The default."""
    assert await outcomes(Faults(), 200) == (200, 200)


async def test_errors_strike_before_and_after_the_call_has_acted() -> None:
    """Both halves are there, since both happen in life."""
    acted, answered = await outcomes(Faults(error_rate=1, source=random.Random(1)), 200)  # noqa: S311
    assert answered == 0
    assert 60 < acted < 140


async def test_a_share_of_the_calls_fails() -> None:
    """As the rate says."""
    _, answered = await outcomes(Faults(error_rate=0.3, source=random.Random(1)), 1000)  # noqa: S311
    assert 600 < answered < 800


async def test_a_hang_outlasts_the_time_limit_of_a_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is Temporal who ends it."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("orchestration.activities.fault_injection.asyncio.sleep", sleep)
    await outcomes(Faults(hang_rate=1), 3)
    assert slept == [10.0] * 3
