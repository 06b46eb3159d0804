"""`python -m localdev` as a process: signals, exit codes, and error messages."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from localdev.lock import locked
from localdev.processes.ports import free_port
from tests.localdev.process_helpers import eventually, kill, runs

ROOT = Path(__file__).parents[2]


class Driver:
    """Runs of localdev on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "LOCALDEV_DIR": str(folder),
            "LOCALDEV_BOT_HEALTH_PORT": str(free_port()),
        }
        self._started: list[Process] = []

    async def run(self, *arguments: str) -> Process:
        """Start `python -m` with the arguments."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *arguments), cwd=ROOT, env=self.environment, stdout=PIPE, stderr=PIPE
        )
        self._started.append(process)
        return process

    async def started(self, kind: str = "polite") -> Process:
        """Start localdev with the stub services, and return when all of them are ready."""
        process = await self.run("tests.localdev.stub_services", kind)
        await eventually(lambda: "up bot" in self.notes(), "both programs are up")
        assert process.stdout is not None
        async with asyncio.timeout(20):
            while b"Ready in" not in await process.stdout.readline():
                pass
        return process

    def notes(self) -> str:
        """Return the lines that the stub services wrote."""
        notes = self.folder / "notes"
        return notes.read_text() if notes.exists() else ""

    def pids(self) -> list[int]:
        """Return the process ids of all programs that started, in order."""
        return [int(line.split()[2]) for line in self.notes().splitlines() if line.startswith("up")]

    async def end(self) -> None:
        """Kill every process that was started."""
        for process in self._started:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest_asyncio.fixture
async def driver(tmp_path: Path) -> AsyncIterator[Driver]:
    each = Driver(tmp_path / "data")
    yield each
    await each.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_all_in_order_with_exit_code_0(driver: Driver, number: signal.Signals) -> None:
    process = await driver.started()
    process.send_signal(number)
    output, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert b"Stopped in" in output
    assert [line for line in driver.notes().splitlines() if "stop" in line] == ["stop bot", "stop database"]
    assert not any(map(runs, driver.pids()))


async def test_a_second_signal_kills(driver: Driver) -> None:
    process = await driver.started("stubborn")
    process.send_signal(signal.SIGINT)
    await eventually(lambda: "stop bot" in driver.notes(), "the first signal reached the bot")
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 5)
    assert not any(map(runs, driver.pids()))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's help is Linux's own")
async def test_nothing_is_left_when_it_is_killed(driver: Driver) -> None:
    process = await driver.started()
    assert len(driver.pids()) == 2
    kill(process.pid)
    await eventually(lambda: not any(map(runs, driver.pids())), "the children end with it")


async def test_what_dies_is_restarted_with_a_visible_line(driver: Driver) -> None:
    process = await driver.started()
    kill(driver.pids()[-1])
    await eventually(lambda: len(driver.pids()) == 3, "a new bot")
    process.send_signal(signal.SIGTERM)
    output, _ = await process.communicate()
    assert b"died (signal 9); starting it again in 0.5 s" in output


async def test_a_second_one_at_the_same_time_is_refused(driver: Driver) -> None:
    first = await driver.started()
    for arguments in (["tests.localdev.stub_services", "polite"], ["localdev", "reset"]):
        second = await driver.run(*arguments)
        _, errors = await second.communicate()
        assert second.returncode == 1
        assert f"already runs on {driver.folder}, as process {first.pid}" in errors.decode()
        assert b"Traceback" not in errors


async def test_a_taken_port_is_said_before_anything_starts(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", int(driver.environment["LOCALDEV_BOT_HEALTH_PORT"]))):
        process = await driver.run("tests.localdev.stub_services", "polite")
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"LOCALDEV_BOT_HEALTH_PORT=" in errors
    assert b"Traceback" not in errors
    assert driver.notes() == ""


async def test_wrong_settings_are_a_sentence(driver: Driver) -> None:
    driver.environment["LOCALDEV_SLACK_PORT"] = "eighty"
    process = await driver.run("localdev")
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"LOCALDEV_SLACK_PORT" in errors
    assert b"Traceback" not in errors


async def test_reset_removes_the_data_and_nothing_else(driver: Driver, tmp_path: Path) -> None:
    elsewhere = tmp_path / "var-lib"
    elsewhere.mkdir()
    with locked(driver.folder):
        (driver.folder / "postgres").symlink_to(elsewhere)
        (driver.folder / "temporal.sqlite3-wal").write_text("")
        (driver.folder / "logs").mkdir()
        (driver.folder / "thesis.txt").write_text("years of work")
    process = await driver.run("localdev", "reset")
    await process.communicate()
    assert process.returncode == 0
    assert [path.name for path in driver.folder.iterdir()] == ["thesis.txt"]
    assert not elsewhere.exists()


async def test_reset_leaves_no_empty_folder(driver: Driver) -> None:
    with locked(driver.folder):
        (driver.folder / "sample-orders-started").touch()
    process = await driver.run("localdev", "reset")
    output, _ = await process.communicate()
    assert (process.returncode, output) == (0, b"The data is gone.\n")
    assert not driver.folder.exists()
