"""Writes to standard output, or to a file that takes its name only once it is complete."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TextIO

from orchestration.cli.errors import UsageError


class OutputFile:
    """A text stream whose write errors are raised as UsageError, with the file's name.

    The caller can so tell them from errors of the database that it reads from in the same block.
    """

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self.isatty = stream.isatty()

    def write(self, text: str) -> None:
        """Write. Raises UsageError if that fails: a full disk, or a pipe whose reader has ended."""
        with _write_errors(self._name):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush. Raises UsageError as `write` does."""
        with _write_errors(self._name):
            self._stream.flush()


@contextmanager
def open_output(path: Path | None) -> Iterator[OutputFile]:
    """Open `path`, or standard output if it is None. Raises UsageError.

    A file is written under a temporary name in the same folder and renamed at the end of the block; if the
    block raises, nothing is left of it.
    """
    if path is None:
        output = OutputFile(sys.stdout, "standard output")
        yield output
        output.flush()
        return
    with _write_errors(str(path)):
        # mkstemp makes a file that only its owner may read, since it will hold names and amounts.
        descriptor, partial = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            output = OutputFile(stream, str(path))
            yield output
            output.flush()
        with _write_errors(str(path)):
            os.replace(partial, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(partial)


@contextmanager
def _write_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{name}: cannot be written: {error.strerror}") from None
