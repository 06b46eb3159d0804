"""What a worker reports about its build."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from orchestration.process.health import serve_health
from orchestration.settings import OrchestrationSettings, SettingsWrong, load
from orchestration.worker.builds import Build, BuildStatus, Deployment
from orchestration.worker.task_queues import Queue
from orchestration.worker.versioning import BuildStatusMonitor, describe_build, describe_unversioned


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (BuildStatus.INACTIVE, "deployment promote abc"),
        (BuildStatus.CURRENT, "new orders come here"),
        (BuildStatus.RAMPING, "12.5 % of the new orders"),
        (BuildStatus.DRAINING, "finishes its orders"),
        (BuildStatus.DRAINED, "may be stopped"),
    ],
)
def test_each_status_has_a_sentence(status: BuildStatus, said: str) -> None:
    """Which says what comes to it, or what to do."""
    assert said in describe_build("abc", status, 12.5)


def test_without_a_build_id_it_says_what_that_means() -> None:
    """Something else once another build is current: then nothing comes here."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    draining = Build("old", BuildStatus.DRAINING, now)
    assert "unversioned" in describe_unversioned(None)
    assert "unversioned" in describe_unversioned(Deployment(Queue.ORDER, (draining,), b""))
    current = Build("abc", BuildStatus.CURRENT, now)
    assert "build abc is current: nothing comes here" in describe_unversioned(
        Deployment(Queue.ORDER, (current, draining), b"")
    )


class Told:
    """Stands in for Temporal: this is the build's status."""

    def __init__(self, status: BuildStatus) -> None:
        self._status = status

    async def promote_first_build(self, queue: Queue, build_id: str) -> None:
        """It is not the first."""

    async def find(self, queue: Queue) -> Deployment:
        """One build."""
        build = Build("abc", self._status, datetime(2026, 3, 2, tzinfo=UTC))
        return Deployment(queue, (build,), b"")


@pytest.mark.parametrize(
    ("status", "said"),
    [(BuildStatus.CURRENT, "ok"), (BuildStatus.INACTIVE, "ok, but build abc is not current: no new orders")],
)
async def test_a_build_is_ready_whether_or_not_it_is_current(status: BuildStatus, said: str) -> None:
    """A deploy waits for the new build to be ready before it promotes it."""
    rollout = BuildStatusMonitor(Told(status), [Queue.ORDER], "abc")  # type: ignore[arg-type]
    async with (
        rollout.running(),
        serve_health("127.0.0.1", 0, rollout.checks) as port,
        ClientSession() as session,
        asyncio.timeout(5),
    ):
        told = ""
        while not told.startswith(said):
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.status == 200
                told = (await answer.json())["checks"]["countersign-order"]


@pytest.mark.parametrize("build_id", ["a b", "-x", "a:b", "x" * 129])
def test_a_build_id_that_temporal_could_not_tell_apart(
    monkeypatch: pytest.MonkeyPatch, build_id: str
) -> None:
    """Said at the start, by the setting's name."""
    monkeypatch.setenv("BUILD_ID", build_id)
    with pytest.raises(SettingsWrong, match="BUILD_ID"):
        load(OrchestrationSettings)
