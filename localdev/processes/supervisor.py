"""Starts units in the order of their dependencies, restarts those that end, and stops them in reverse."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from localdev.errors import LocaldevError
from localdev.processes.polling import run_concurrently
from localdev.processes.ports import Port, require_free
from localdev.processes.server import Server

Task = Callable[[], Awaitable[None]]
"""A task that runs once, such as the database migrations."""


@dataclass(frozen=True)
class Unit:
    """One thing to start: a server, or a task that runs once."""

    name: str
    runs: Server | Task
    after: frozenset[str] = frozenset()
    """The names of the units that must be ready before this one starts."""
    layer: int = 0
    """Units are stopped from the highest layer to the lowest; those of one layer at the same time."""
    ports: tuple[Port, ...] = ()


class State(StrEnum):
    """The state that a unit has just entered."""

    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Event:
    """A change of a unit's state, to be shown in the terminal."""

    unit: str
    state: State
    seconds: float = 0.0
    """How long the start took (READY), or the time until the next start (DIED)."""
    detail: str = ""


@dataclass(frozen=True)
class Backoff:
    """The pauses between restarts: `first`, doubled each time up to `limit`.

    After `reset_after` seconds without a failure the next pause is `first` again. All are in seconds.
    """

    first: float = 0.5
    limit: float = 30.0
    reset_after: float = 60.0


class Supervisor:
    """Runs the units, and calls `listener` with each change of a unit's state."""

    def __init__(
        self, units: Iterable[Unit], listener: Callable[[Event], None], backoff: Backoff | None = None
    ) -> None:
        self._units = tuple(units)
        self._tell = listener
        self._backoff = backoff or Backoff()
        self._begun: set[str] = set()

    async def check_ports(self) -> None:
        """Raise LocaldevError that names each port that is in use."""
        ports = [(port, unit.name) for unit in self._units for port in unit.ports]
        results = await asyncio.gather(*(require_free(*port) for port in ports), return_exceptions=True)
        if taken := [str(result) for result in results if result is not None]:
            raise LocaldevError("\n".join(taken))

    async def start(self) -> None:
        """Start each unit as soon as its dependencies are ready. Raises LocaldevError if one cannot start."""
        ready = {unit.name: asyncio.Event() for unit in self._units}
        await run_concurrently(self._start(unit, ready) for unit in self._units)

    async def watch(self) -> None:
        """Restart each server that ends, until cancelled."""
        await run_concurrently(
            self._keep_up(unit.name, unit.runs) for unit in self._units if not callable(unit.runs)
        )

    async def stop(self) -> None:
        """Stop all servers, layer by layer from the highest."""
        by_layer = sorted(self._units, key=lambda unit: -unit.layer)
        for _, layer in groupby(by_layer, key=lambda unit: unit.layer):
            await asyncio.gather(*(self._stop(unit) for unit in layer))

    def kill(self) -> None:
        """Kill all servers at once."""
        for unit in self._units:
            if not callable(unit.runs):
                unit.runs.kill()

    async def _start(self, unit: Unit, ready: dict[str, asyncio.Event]) -> None:
        for dependency in unit.after:
            await ready[dependency].wait()
        self._begun.add(unit.name)
        self._tell(Event(unit.name, State.STARTING))
        began = time.monotonic()
        if callable(unit.runs):
            await unit.runs()
        else:
            await unit.runs.start()
        ready[unit.name].set()
        self._tell(Event(unit.name, State.READY, time.monotonic() - began))

    async def _keep_up(self, name: str, server: Server) -> None:
        pause, up_since = self._backoff.first, time.monotonic()
        while True:
            code = await server.wait()
            why = f"exit code {code}" if code >= 0 else f"signal {-code}"
            if time.monotonic() - up_since > self._backoff.reset_after:
                pause = self._backoff.first
            while True:
                self._tell(Event(name, State.DIED, pause, why))
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._backoff.limit)
                began = time.monotonic()
                try:
                    await server.start()
                except LocaldevError as error:
                    why = str(error)
                else:
                    break
            up_since = time.monotonic()
            self._tell(Event(name, State.READY, up_since - began))

    async def _stop(self, unit: Unit) -> None:
        if not callable(unit.runs) and unit.name in self._begun:
            await unit.runs.stop()
            self._tell(Event(unit.name, State.STOPPED))
