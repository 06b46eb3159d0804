"""Progress of work that is mostly quick: shown in a terminal once it has taken longer than a second."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

from orchestration.cli.output.console import Output

PATIENCE = 1.0
"""Seconds before anything is shown, and a tenth of it between two changes."""


class Progress:
    """A context manager; `say` may be called as often as one likes."""

    def __init__(self, out: Output, *, silent: bool = False) -> None:
        self._out = out
        self._silent = silent
        self._stack = ExitStack()
        self._next = time.monotonic() + PATIENCE
        self._tell: Callable[[str], None] | None = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def say(self, text: str) -> None:
        """Show how far it is, if it is time for that."""
        if self._silent or time.monotonic() < self._next:
            return
        if self._tell is None:
            self._tell = self._stack.enter_context(self._out.progress())
        self._tell(text)
        self._next = time.monotonic() + PATIENCE / 10
