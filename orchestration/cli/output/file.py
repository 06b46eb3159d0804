"""Where a command writes much: standard output, or a file that is there as a whole or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TextIO

from orchestration.cli.errors import UsageWrong


class OutputFile:
    """A file whose own errors are told from those of the database, which come out of the same block."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name
        self.isatty = file.isatty()

    def write(self, text: str) -> None:
        """Raises UsageWrong if it cannot be written: a full disk, or a reader who has seen enough."""
        with _naming(self._name):
            self._file.write(text)

    def flush(self) -> None:
        """Raises UsageWrong as `write` does."""
        with _naming(self._name):
            self._file.flush()


@contextmanager
def target(path: Path | None) -> Iterator[OutputFile]:
    """Standard output, or a file that takes its name once it is complete. Raises UsageWrong."""
    if path is None:
        sink = OutputFile(sys.stdout, "standard output")
        yield sink
        sink.flush()
        return
    with _naming(str(path)):
        # Only its owner may read it: there are names and amounts in it.
        descriptor, partial = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            sink = OutputFile(file, str(path))
            yield sink
            sink.flush()
        with _naming(str(path)):
            os.replace(partial, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(partial)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageWrong(f"{name}: cannot be written: {error.strerror}") from None
