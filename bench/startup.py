"""`python -m bench.startup`: how long `make run` takes to start, and what it holds when idle."""

import argparse
import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path

from bench.harness.processes import find_module, python
from bench.harness.runner import run
from bench.reports.report import Goal, Grid, Report, say
from localdev.processes.memory import resident_mb
from localdev.processes.ports import free_port
from localdev.settings import LocaldevSettings

MOST_START = 10.0
"""Seconds from the command to "Ready", from a warm install: everything is installed and was run before."""
SETTLING = 5.0
"""Seconds before memory is looked at. The sample orders have been started by then."""
_READY = re.compile(r"Ready in ([0-9.]+) s")


@dataclass(frozen=True, slots=True)
class Start:
    """One start and stop; seconds, and memory in MB (None where /proc does not tell)."""

    ready: float
    own_figure: float
    """What it says itself: without the start of its own interpreter."""
    stop: float
    exit_code: int
    memory: dict[str, int | None]


async def measure(_: argparse.Namespace, folder: Path) -> Report:
    """Start it in an empty folder, then again on the same data."""
    ports = {
        f"LOCALDEV_{name.upper()}": str(free_port())
        for name in LocaldevSettings.model_fields
        if name.endswith("_port")
    }
    settings = {"LOCALDEV_DIR": str(folder / "data")} | ports
    starts = {}
    for number, name in enumerate(("first, empty folder", "second, same data")):
        say(f"startup: {name}")
        starts[name] = await _start(settings, folder / f"localdev-{number}.log")
    columns = ("start", "ready s", "as it says s", "stop s", "exit code", "orchestration MB", "bot MB")
    rows = tuple(
        (name, each.ready, each.own_figure, each.stop, each.exit_code, *each.memory.values())
        for name, each in starts.items()
    )
    goals = tuple(Goal(f"ready, {name}", each.ready, MOST_START, "s") for name, each in starts.items())
    notes = (
        "ready: from the command to its word that all is ready; stop: from SIGTERM to its end",
        f"MB: resident memory {SETTLING:.0f} s later, with nothing to do: the sample orders wait",
    )
    return Report("startup", (Grid("Startup: python -m localdev", columns, rows),), goals, notes)


async def _start(settings: dict[str, str], log: Path) -> Start:
    said = 0.0

    async def is_ready() -> bool:
        nonlocal said
        found = _READY.search(log.read_text())  # noqa: ASYNC240 - a few lines
        said = float(found.group(1)) if found else 0.0
        return found is not None

    began = time.monotonic()
    async with python("localdev", log=log, ready=is_ready, **settings) as localdev:
        ready = time.monotonic() - began
        await asyncio.sleep(SETTLING)
        memory = {name: _memory(name, localdev.pid) for name in ("orchestration", "bot")}
        stopping = time.monotonic()
        await localdev.stop()
        return Start(ready, said, time.monotonic() - stopping, await localdev.wait(), memory)


def _memory(module: str, ancestor: int) -> int | None:
    pid = find_module(module, ancestor)
    return None if pid is None else resident_mb(pid)


if __name__ == "__main__":
    run(__doc__, measure)
