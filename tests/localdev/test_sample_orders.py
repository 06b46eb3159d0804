"""The sample orders, which are started only at the first start."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from localdev import sample_orders
from localdev.environment import Environment
from localdev.errors import LocaldevError

_SIMULATOR = Environment({}, real_slack=False, cli_export="")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The commands that would have been run."""
    started: list[Sequence[str]] = []

    async def run_once(title: str, argv: Sequence[str], *, log: Path, env: Mapping[str, str]) -> None:
        started.append(argv)

    monkeypatch.setattr(sample_orders, "run_once", run_once)
    return started


async def test_they_are_started_once(tmp_path: Path, commands: list[Sequence[str]]) -> None:
    said: list[str] = []
    for _ in range(2):
        await sample_orders.start_sample_orders(tmp_path, tmp_path / "log", _SIMULATOR, said.append)
    assert len(commands) == len(sample_orders.SAMPLE_ORDERS) == 3
    assert len(said) == 1
    assert all("U0BOB0001" in command for command in commands)


async def test_in_a_real_workspace_nobody_is_made_up(tmp_path: Path, commands: list[Sequence[str]]) -> None:
    real = Environment({}, real_slack=True, cli_export="")
    await sample_orders.start_sample_orders(tmp_path, tmp_path / "log", real, print)
    assert not any("--requester" in command for command in commands)


async def test_a_failure_is_tried_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: list[Sequence[str]]
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise LocaldevError("Temporal did not answer")

    with monkeypatch.context() as broken:
        broken.setattr(sample_orders, "run_once", fail)
        with pytest.raises(LocaldevError):
            await sample_orders.start_sample_orders(tmp_path, tmp_path / "log", _SIMULATOR, print)
    await sample_orders.start_sample_orders(tmp_path, tmp_path / "log", _SIMULATOR, print)
    assert len(commands) == 3
