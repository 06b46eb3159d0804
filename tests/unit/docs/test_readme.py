"""The README is short, has the map, and leads to everything else."""

import re

import pytest

from tests.unit.docs.pages import commands, links, python_commands, sections
from tests.unit.docs.repo import ROOT, text

MAX_BYTES = 9_000


def test_it_is_short() -> None:
    """Everything else is in docs/."""
    assert len(text("README.md").encode()) <= MAX_BYTES


def test_the_two_commands_come_first() -> None:
    """And the others that a newcomer needs are there too."""
    assert [line.split("#")[0].strip() for line in commands("README.md")[:2]] == ["make run", "make test"]
    used = {word for line in commands("README.md") for word in re.findall(r"^make ([a-z]+)", line)}
    assert {"run", "test", "reset", "bench"} <= used
    assert {command[1] for command in python_commands("README.md") if command[0] == "orchestration.cli"} >= {
        "start-workflow",
        "query",
        "signal",
        "history",
        "policy",
    }


def test_a_real_workspace_takes_seven_steps() -> None:
    """With the three settings that it needs."""
    steps = re.findall(r"^(\d)\. (.+)$", sections("README.md")["Connect a real workspace"], re.MULTILINE)
    assert [int(number) for number, _ in steps] == [1, 2, 3, 4, 5, 6, 7]
    written = " ".join(step for _, step in steps)
    for setting in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_APPROVALS_CHANNEL"):
        assert f"`{setting}`" in written


@pytest.mark.parametrize("page", ["README.md", "docs/develop.md"])
def test_the_pictures_are_there(page: str) -> None:
    """They are the first thing that people see."""
    pictures = [link for link in links(page) if link.endswith(".png")]
    assert len(pictures) == 1
    assert all((ROOT / "docs" / picture.removeprefix("docs/")).stat().st_size > 1000 for picture in pictures)


def test_the_map_has_every_package() -> None:
    """A new one is put on it."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert {"bot", "orchestration", "db", "localdev", "tests", "bench"} <= packages
    assert [name for name in packages if f"[`{name}/`]({name})" not in text("README.md")] == []


@pytest.mark.parametrize("package", ["orchestration", "bot"])
def test_the_map_has_every_room(package: str) -> None:
    """One line for each folder with code in it, and none for one that is gone."""
    there = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert set(re.findall(rf"^\| \[`(\w+)/`\]\({package}/\1\) \| ", text("README.md"), re.MULTILINE)) == there


def test_ci_runs_the_commands_of_the_readme() -> None:
    """Without anything typed in, from wherever it is called."""
    script = text(".ci/run")
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-2:] == ["make check", "make test"]
