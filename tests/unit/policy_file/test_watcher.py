"""A running process rereads the policy file when it changes, and keeps the old policy if the new is wrong."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from orchestration.domain.errors import PolicyWrong
from orchestration.policy_file.watcher import PolicyWatcher
from tests.unit.policy_file.files import GOOD

CHANGED = GOOD.replace("72h", "24h")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "approval-policy.toml"
    path.write_text(GOOD)
    return path


@asynccontextmanager
async def watching(policy: PolicyWatcher, poll: float) -> AsyncIterator[None]:
    """While the block runs."""
    stop = asyncio.Event()
    task = asyncio.create_task(policy.watch(stop, poll))
    await asyncio.sleep(0)
    yield
    stop.set()
    await task


async def until_changed(policy: PolicyWatcher, digest: str) -> None:
    async with asyncio.timeout(5):
        while policy.current.digest == digest:
            await asyncio.sleep(0.01)


async def test_a_changed_file_is_read_again(file: Path) -> None:
    """Also one that was put in its place, as container platforms do."""
    policy = PolicyWatcher(file)
    before = policy.current.digest
    async with watching(policy, poll=0.01):
        other = file.with_suffix(".new")
        other.write_text(CHANGED)
        other.replace(file)
        await until_changed(policy, before)


async def test_sighup_reads_it_at_once(file: Path) -> None:
    """Without waiting for the next look."""
    policy = PolicyWatcher(file)
    before = policy.current.digest
    async with watching(policy, poll=60):
        await asyncio.to_thread(file.write_text, CHANGED)
        os.kill(os.getpid(), signal.SIGHUP)
        await until_changed(policy, before)


@pytest.mark.parametrize("content", ["rubbish = [", GOOD.replace("finance = 1", "boss = 1"), None])
def test_a_wrong_file_is_said_and_the_old_policy_stays(file: Path, content: str | None) -> None:
    """Removed, too."""
    policy = PolicyWatcher(file)
    before = policy.current
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    with capture_logs() as logs:
        assert not policy.reload()
    assert policy.current == before
    (error,) = [line for line in logs if line["log_level"] == "error"]
    assert "the old one stays" in error["event"]
    file.write_text(CHANGED)
    assert policy.reload()


def test_a_process_does_not_start_with_a_wrong_file(file: Path) -> None:
    """Better no process than one that asks the wrong people."""
    file.write_text("rubbish")
    with pytest.raises(PolicyWrong, match="line 1"):
        PolicyWatcher(file)
