"""Shows progress of work that is usually quick: only once it has taken longer than a second."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from orchestration.cli.output.console import Output

SHOW_AFTER = 1.0
"""Seconds of work before anything is shown."""
UPDATE_EVERY = 0.1
"""Seconds between two changes of the text."""


class SlowProgress:
    """A context manager around the work; call `update` as often as convenient."""

    def __init__(self, out: Output, *, silent: bool = False) -> None:
        self._out = out
        self._silent = silent
        self._stack = ExitStack()
        self._next = time.monotonic() + SHOW_AFTER
        self._set_text: Callable[[str], None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def update(self, text: str) -> None:
        """Show how far the work is, unless the last update was a moment ago."""
        if self._silent or time.monotonic() < self._next:
            return
        if self._set_text is None:
            self._set_text = self._stack.enter_context(self._out.progress())
        self._set_text(text)
        self._next = time.monotonic() + UPDATE_EVERY
