"""Runs the whole system on this machine. `python -m localdev reset` deletes its data."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from rich.console import Console

from localdev.console import StartupDisplay, summary
from localdev.environment import Environment, data_dir, make_environment
from localdev.errors import LocaldevError
from localdev.lock import locked
from localdev.processes.memory import resident_mb
from localdev.processes.ports import HOST
from localdev.processes.program import Program
from localdev.processes.supervisor import Supervisor, Unit
from localdev.reset import reset
from localdev.sample_orders import SAMPLE_ORDERS
from localdev.services import services
from localdev.settings import LocaldevSettings, load

MakeUnits = Callable[[LocaldevSettings, Environment, Callable[[str], None]], list[Unit]]
CLI = ".venv/bin/python -m orchestration.cli"


def main() -> int:
    """Run the command that was given and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m localdev", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("run", "reset"), default="run")
    command = parser.parse_args().command
    console = Console(highlight=False)
    try:
        settings = load()
        if command == "reset":
            _reset(console, settings.dir)
            return 0
        with locked(settings.dir.absolute()):
            return asyncio.run(run(console, settings))
    except LocaldevError as error:
        Console(stderr=True, highlight=False).print(str(error), style="red", markup=False, soft_wrap=True)
        return 1


def _reset(console: Console, folder: Path) -> None:
    console.print("The data is gone." if reset(folder) else "There is no data to delete.")


async def run(console: Console, settings: LocaldevSettings, make_units: MakeUnits = services) -> int:
    """Start every unit, restart what ends, and stop all of them on a signal. Return the exit code.

    Raises LocaldevError if a unit cannot start.
    """
    began = time.monotonic()
    environment = make_environment(settings)
    data_dir(settings, real_slack=environment.real_slack).mkdir(parents=True, exist_ok=True)
    _delete_old_logs(settings.dir / "logs")

    messages: list[str] = []
    units = make_units(settings, environment, messages.append)
    view = StartupDisplay(console, [unit.name for unit in units])
    supervisor = Supervisor(units, view.event)
    await supervisor.check_ports()
    stop = _stop_on_signals(supervisor)
    try:
        with view:
            started = await _run_until(stop, supervisor.start())
        if started:
            for message in messages:
                view.say(message)
            _summary(console, settings, environment, units, time.monotonic() - began)
            await _run_until(stop, supervisor.watch())
    finally:
        console.print("\nStopping. Press Ctrl-C again to kill everything at once.", style="dim")
        ending = time.monotonic()
        await supervisor.stop()
        console.print(f"Stopped in {time.monotonic() - ending:.1f} s.", style="dim")
    return 0


def _stop_on_signals(supervisor: Supervisor) -> asyncio.Event:
    """Return an event that the first signal sets. A second signal kills every process."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            supervisor.kill()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    return stop


async def _run_until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Run `work` until it ends or `stop` is set; return whether `work` ended."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        return working.done()
    finally:
        stopping.cancel()
        working.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def _delete_old_logs(folder: Path) -> None:
    for log in folder.glob("*.log"):
        log.unlink()


def _summary(
    console: Console,
    settings: LocaldevSettings,
    environment: Environment,
    units: list[Unit],
    seconds: float,
) -> None:
    programs = {unit.name: unit.runs for unit in units if isinstance(unit.runs, Program)}
    sizes = {name: resident_mb(programs[name].pid) for name in ("orchestration", "bot") if name in programs}
    simulator = f"http://{HOST}:{settings.slack_port}"
    tries = ("list", "start-workflow", f"signal {SAMPLE_ORDERS[0].order_id} approve")
    rows = {
        "Approve here": ["your Slack workspace" if environment.real_slack else simulator],
        "Temporal Web UI": [f"http://{HOST}:{settings.temporal_ui_port}"],
        "Try": [
            *([environment.cli_export] if environment.cli_export else []),
            *(f"{CLI} {command}" for command in tries),
        ],
        "All tests": ["make test"],
        "Delete the data": ["make reset"],
        "Logs": [str(settings.dir / "logs")],
        "Memory": [" · ".join(f"{name} {size} MB" for name, size in sizes.items() if size is not None)],
        "Stop": ["Ctrl-C"],
    }
    summary(console, seconds=seconds, rows=rows)


if __name__ == "__main__":
    sys.exit(main())
