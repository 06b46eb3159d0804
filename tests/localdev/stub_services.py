"""Runs `python -m localdev` with small programs instead of the real services, which tests can kill.

Each program writes what happens to it into `notes` in the data folder.
"""

import asyncio
import sys
from collections.abc import Callable

from rich.console import Console

from localdev.__main__ import run
from localdev.environment import Environment
from localdev.errors import LocaldevError
from localdev.lock import locked
from localdev.processes.program import Program
from localdev.processes.supervisor import Unit
from localdev.settings import LocaldevSettings, load

_PROGRAM = """
import os, signal, sys
name, notes, stubborn = sys.argv[1], sys.argv[2], sys.argv[3] == "stubborn"
def note(text):
    with open(notes, "a") as file:
        file.write(text + "\\n")
def stop(number, frame):
    note(f"stop {name}")
    if not stubborn:
        sys.exit(0)
signal.signal(signal.SIGTERM, stop)
note(f"up {name} {os.getpid()}")
while True:
    signal.pause()
"""


def units(settings: LocaldevSettings, _: Environment, say: Callable[[str], None]) -> list[Unit]:
    """Return two programs: a bot that depends on a database."""
    notes = settings.dir.absolute() / "notes"
    say("This is a test.")

    def program(name: str) -> Program:
        async def up() -> bool:
            return notes.exists() and f"up {name} " in notes.read_text()

        argv = [sys.executable, "-S", "-c", _PROGRAM, name, str(notes), sys.argv[1]]
        return Program(name, argv, log=settings.dir.absolute() / "logs" / f"{name}.log", ready=up)

    return [
        Unit("database", program("database")),
        Unit(
            "bot",
            program("bot"),
            after=frozenset({"database"}),
            layer=1,
            ports=(settings.port("bot_health_port"),),
        ),
    ]


def main() -> int:
    """Do the same as localdev's own main, with the stub services."""
    settings = load()
    try:
        with locked(settings.dir.absolute()):
            return asyncio.run(run(Console(), settings, units))
    except LocaldevError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
