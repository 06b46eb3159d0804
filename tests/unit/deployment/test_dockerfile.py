import asyncio
import json
import os
import re
import subprocess
import sys

import pytest

from orchestration import __version__
from orchestration.process.health import serve_health
from orchestration.settings import OrchestrationSettings
from tests.unit.docs.repo import ROOT, check_command, compose, settings_names, text

_DOCKERFILE = text("Dockerfile").replace("\\\n", " ")


def _instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.+)$", _DOCKERFILE, re.MULTILINE)


def test_it_copies_what_the_entry_points_need() -> None:
    """Every package that one of them imports, the pins, and nothing else."""
    sources = [line.split()[0] for line in _instructions("COPY") if not line.startswith("--from")]
    assert sorted(sources) == ["bot", "db", "orchestration", "requirements.txt"]
    assert all((ROOT / source).exists() for source in sources)
    ignored = text(".dockerignore").splitlines()
    assert "*" in ignored
    assert sorted(line[1:] for line in ignored if line.startswith("!")) == sorted(sources)


def test_packages_come_from_the_pins_with_their_hashes() -> None:
    """As on every other machine."""
    [install] = [line for line in _instructions("RUN") if "pip install" in line]
    assert "--require-hashes" in install
    assert "-r requirements.txt" in install


def test_base_images_are_pinned_and_slim() -> None:
    """Both stages on the same, of a Python that pyproject.toml allows."""
    [build, run] = [line.split()[0] for line in _instructions("FROM")]
    assert build == run
    match = re.fullmatch(r"python:(\d+)\.(\d+)\.\d+-slim-\w+", run)
    assert match
    assert (3, 11) <= (int(match[1]), int(match[2])) <= (3, 13)


def test_it_does_not_run_as_root() -> None:
    """As a number, so that orchestrators can check it."""
    assert _instructions("USER") == ["10001"]


def test_its_variables_are_settings() -> None:
    """Apart from Python's own."""
    names = set(re.findall(r"(\w+)=", _instructions("ENV")[-1]))
    assert {name for name in names if not name.startswith(("PYTHON", "PATH"))} <= settings_names(
        OrchestrationSettings
    )


def test_its_command_is_an_entry_point() -> None:
    """And compose uses the version of the package."""
    command = json.loads(_instructions("CMD")[-1])
    assert command[:2] == ["python", "-m"]
    check_command(command[2], command[3:])
    assert compose()["services"]["bot"]["image"] == f"countersign:{__version__}"


@pytest.mark.parametrize(("alive", "code"), [(True, 0), (False, 1)])
async def test_its_health_check_asks_healthz(alive: bool, code: int) -> None:
    """The command itself is run, against the real endpoint and against nothing."""
    check = json.loads(_instructions("HEALTHCHECK")[0].partition(" CMD ")[2])
    assert check[:2] == ["python", "-c"]
    async with serve_health("127.0.0.1", 0, {}) as port:
        environment = os.environ | {"HEALTH_PORT": str(port if alive else 1)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *check[1:], env=environment, stderr=subprocess.DEVNULL
        )
        assert await process.wait() == code
