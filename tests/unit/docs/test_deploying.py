"""The page about deploying names what there is."""

import re
import shlex

import pytest

from orchestration.worker.builds import BuildStatus, Deployment
from orchestration.worker.task_queues import Queue
from orchestration.worker.versioning import describe_build, describe_unversioned
from tests.unit.docs.repo import ROOT, check_command, compose, env_example, interpolate, text

PAGE = text("docs/deploying.md")
_CODE = re.findall(r"`([^`\n]+)`", PAGE)
_LINES = [
    line.strip() for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]


@pytest.mark.parametrize("command", [each for each in (*_LINES, *_CODE) if each.startswith("python -m ")])
def test_every_command_exists(command: str) -> None:
    """With its options."""
    words = shlex.split(command)[2:]
    check_command(words[0], words[1:])


def test_names_are_those_of_the_code() -> None:
    """Deployments, settings, files and the builds of those who replace their processes."""
    assert {queue.deployment for queue in Queue} == {
        each for each in _CODE if each.startswith("countersign-")
    }
    assert "BUILD_ID" in env_example()
    assert all((ROOT / each).exists() for each in _CODE if each.startswith("tests/"))
    build = compose()["services"]["orchestration"]["environment"]["BUILD_ID"]
    assert f"the build `{interpolate(build, {})}` unless `BUILD_ID` is set" in PAGE


def test_what_the_log_says_is_quoted_as_it_is() -> None:
    """Whoever searches the page for a line of the log finds it."""
    assert "build 4f2c9d1 is not current" in describe_build("4f2c9d1", BuildStatus.INACTIVE, 0)
    assert "`build 4f2c9d1 is not current`" in PAGE
    assert "BUILD_ID is not set: " in describe_unversioned(None)
    assert "docs/deploying.md" in describe_unversioned(Deployment(Queue.ORDER, (), b""))
