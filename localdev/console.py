"""Prints the progress of the start: a live list in a terminal, one line for each event elsewhere."""

import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from localdev.processes.supervisor import Event, State

_STYLES = {State.READY: "green", State.DIED: "yellow", State.STOPPED: "dim", State.STARTING: "cyan"}


class StartupDisplay:
    """Shows the list of units while they start. A context manager; `event` is the supervisor's listener."""

    def __init__(self, console: Console, units: Iterable[str]) -> None:
        self._console = console
        self._width = max((len(name) for name in units), default=0)
        self._last: dict[str, Event] = {}
        self._since: dict[str, float] = {}
        self._units = tuple(units)
        self._spinner = Spinner("dots", style="cyan")
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(get_renderable=self._render, console=self._console, refresh_per_second=10)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def event(self, event: Event) -> None:
        """Show an event in the live list, or print a line for it if there is no live list."""
        self._last[event.unit] = event
        if event.state is State.STARTING:
            self._since[event.unit] = time.monotonic()
        elif self._live is None:
            self._console.print(self._line(event), soft_wrap=True)

    def say(self, message: str) -> None:
        """Print a message above the list."""
        self._console.print(message, style="dim", markup=False, highlight=False, soft_wrap=True)

    def _line(self, event: Event) -> Text:
        line = Text("  ").append(event.unit.ljust(self._width + 2)).append(event.state, _STYLES[event.state])
        if event.state is State.READY:
            line.append(f"  {event.seconds:4.1f} s", "dim")
        if event.state is State.DIED:
            line.append(f" ({event.detail}); starting it again in {event.seconds:.1f} s")
        return line

    def _render(self) -> RenderableType:
        return Group(*(self._row(name) for name in self._units))

    def _row(self, name: str) -> RenderableType:
        event = self._last.get(name)
        if event is None:
            return Text("  ").append(f"{name.ljust(self._width + 2)}waiting", "dim")
        if event.state is not State.STARTING:
            return self._line(event)
        row = Table.grid(padding=(0, 1))
        waited = time.monotonic() - self._since[name]
        row.add_row(
            Text("  ").append(name.ljust(self._width + 1)), self._spinner, Text(f"{waited:.1f} s", "dim")
        )
        return row


def summary(console: Console, *, seconds: float, rows: Mapping[str, Iterable[str]]) -> None:
    """Print the URLs to open and the commands to try. `rows` maps a label to its lines."""
    console.print(f"\n[bold green]Ready[/] in {seconds:.1f} s\n")
    width = max(len(name) for name in rows)
    for name, lines in rows.items():
        for index, line in enumerate(lines):
            label = Text((name if index == 0 else "").ljust(width + 2), "bold")
            # Not wrapped, so that commands can be copied.
            console.print(label.append(line, "not bold"), soft_wrap=True)
    console.print()
