"""Starts processes of this checkout, and reads how much CPU time they have used."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from localdev.processes.program import Probe, Program

ROOT = Path(__file__).parents[2]

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Set, every workflow compiles its modules anew in the sandbox: 8 ms an order."""
_STOP_LIMIT = 30.0
"""Seconds until a process that does not end is killed."""
_OURS = (
    "SLACK_",
    "TEMPORAL_",
    "APPROV",
    "FLAKY_",
    "LOG_",
    "HEALTH_",
    "LOCALDEV_",
    "DATABASE_URL",
    "BUILD_ID",
    "MIGRATIONS_",
)


def environment(**settings: str) -> dict[str, str]:
    """Return this process's environment without our settings, as on any machine, and with those given."""
    left_out = (*_OURS, _NO_BYTECODE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | settings


def python(*arguments: str, log: Path, ready: Probe, **settings: str) -> Program:
    """Make a program of `python -m <arguments>`, not yet started. It dies with this process."""
    argv = (sys.executable, "-m", *arguments)
    title = f"python -m {arguments[0]}"
    return Program(title, argv, log=log, ready=ready, env=environment(**settings), stop_timeout=_STOP_LIMIT)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, user and system, of a process; NaN where /proc does not tell (not Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family_cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of its running children, such as PostgreSQL's backends."""
    return sum(map(cpu_seconds, (pid, *children(pid))))


def children(pid: int) -> Iterable[int]:
    """Return the ids of a process's children; none without /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # It has just ended.
        if parent == pid:
            found.append(int(stat.parent.name))
    return found


def find_module(name: str, ancestor: int) -> int | None:
    """Return the id of a process `python -m <name>` among the descendants of another."""
    for pid in children(ancestor):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        if words[1:3] == ["-m", name]:
            return pid
        if (found := find_module(name, pid)) is not None:
            return found
    return None
