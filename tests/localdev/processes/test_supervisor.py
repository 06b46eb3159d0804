"""The supervisor: order of starts and stops, restarts with back-off, error messages."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from localdev.errors import LocaldevError
from localdev.processes.ports import Port
from localdev.processes.program import Program, run_once
from localdev.processes.supervisor import Backoff, Event, State, Supervisor, Unit
from tests.localdev.process_helpers import eventually, kill, runs

_AT_ONCE = Backoff(first=0.01, limit=0.02)


class FakeServer:
    """A server without a process. It records the calls of its methods."""

    def __init__(self, name: str, notes: list[str], *, failures: int = 0) -> None:
        self._name = name
        self._notes = notes
        self._failures = failures
        self._ended = asyncio.Event()

    async def start(self) -> None:
        """Record the call. The first `failures` restarts fail."""
        self._ended.clear()
        if self._notes.count(f"start {self._name}") > 0 and self._failures > 0:
            self._failures -= 1
            raise LocaldevError("not yet")
        self._notes.append(f"start {self._name}")

    async def wait(self) -> int:
        """Return when `kill` was called."""
        await self._ended.wait()
        return 3

    async def stop(self) -> None:
        """Record the call."""
        await asyncio.sleep(0)
        self._notes.append(f"stop {self._name}")

    def kill(self) -> None:
        """Let `wait` return."""
        self._ended.set()


def _script(tmp_path: Path, code: str) -> tuple[list[str], Path]:
    return [sys.executable, "-S", "-c", code], tmp_path / "program.log"


async def _ready() -> bool:
    return True


async def _never() -> bool:
    return False


async def test_starts_wait_for_their_needs_and_stops_go_by_layer() -> None:
    notes: list[str] = []

    async def migrate() -> None:
        notes.append("migrate")

    units = [
        Unit("bot", FakeServer("bot", notes), after=frozenset({"migrate"}), layer=2),
        Unit("database", FakeServer("database", notes)),
        Unit("migrate", migrate, after=frozenset({"database"})),
        Unit("slack", FakeServer("slack", notes), after=frozenset({"bot"}), layer=1),
    ]
    supervisor = Supervisor(units, lambda _: None)
    await supervisor.start()
    await supervisor.stop()
    assert notes == [
        *("start database", "migrate", "start bot", "start slack"),
        *("stop bot", "stop slack", "stop database"),
    ]


async def test_what_ends_is_started_again_and_said_so() -> None:
    """The pauses get longer while restarts fail."""
    notes: list[str] = []
    events: list[Event] = []
    server = FakeServer("bot", notes, failures=2)
    supervisor = Supervisor([Unit("bot", server)], events.append, _AT_ONCE)
    await supervisor.start()
    watching = asyncio.create_task(supervisor.watch())
    await asyncio.sleep(0)
    server.kill()
    await eventually(lambda: notes.count("start bot") == 2, "the second start")
    await eventually(lambda: events[-1].state is State.READY, "the good news")
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    died = [(event.seconds, event.detail) for event in events if event.state is State.DIED]
    assert died == [(0.01, "exit code 3"), (0.02, "not yet"), (0.02, "not yet")]


async def test_a_killed_program_comes_back_as_a_new_process(tmp_path: Path) -> None:
    argv, log = _script(tmp_path, "import time; time.sleep(60)")
    program = Program("a sleeper", argv, log=log, ready=_ready)
    supervisor = Supervisor([Unit("sleeper", program)], lambda _: None, _AT_ONCE)
    await supervisor.start()
    first = program.pid
    watching = asyncio.create_task(supervisor.watch())
    kill(first)
    await eventually(lambda: program.alive and program.pid != first, "a new process")
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await supervisor.stop()
    assert not runs(program.pid)


async def test_a_program_that_fails_at_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    argv, log = _script(tmp_path, "import sys; print('SLACK_APP_TOKEN is wrong'); sys.exit(2)")
    bot = Unit("bot", Program("python -m bot", argv, log=log, ready=_never))
    supervisor = Supervisor([bot], lambda _: None)
    with pytest.raises(LocaldevError, match=r"(?s)python -m bot ended.*SLACK_APP_TOKEN is wrong"):
        await supervisor.start()


async def test_a_program_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    argv, log = _script(tmp_path, "import time; time.sleep(60)")
    program = Program("a sleeper", argv, log=log, ready=_never, start_timeout=0.1)
    with pytest.raises(LocaldevError, match="not ready within"):
        await program.start()
    assert not program.alive


async def test_a_program_that_ignores_the_stop_is_killed(tmp_path: Path) -> None:
    argv, log = _script(
        tmp_path, "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    )

    async def up() -> bool:
        return log.exists() and "up" in log.read_text()

    program = Program("stubborn", argv, log=log, ready=up, stop_timeout=0.1)
    await program.start()
    await program.stop()
    assert not program.alive


async def test_a_step_that_fails_stops_the_start(tmp_path: Path) -> None:
    argv, log = _script(tmp_path, "raise SystemExit('no such table')")
    notes: list[str] = []

    async def migrate() -> None:
        await run_once("python -m db migrate", argv, log=log)

    units = [Unit("migrate", migrate), Unit("bot", FakeServer("bot", notes), after=frozenset({"migrate"}))]
    with pytest.raises(LocaldevError, match=r"(?s)db migrate failed with exit code 1.*no such table"):
        await Supervisor(units, lambda _: None).start()
    assert notes == []


async def test_every_taken_port_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        unit = Unit("Temporal", FakeServer("t", []), ports=(Port(port, "LOCALDEV_TEMPORAL_PORT"),))
        with pytest.raises(LocaldevError, match=rf"{port}, and .* listens there.*LOCALDEV_TEMPORAL_PORT="):
            await Supervisor([unit], lambda _: None).check_ports()
