"""`python -m orchestration.cli`."""

import contextlib
import os
import sys


def main() -> None:
    """Run one command and end. Ctrl-C leaves no traceback, however early it comes."""
    try:
        _run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 130
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            pass  # Whoever read it has seen enough.
        except (OSError, ValueError):
            code = code or 1
    # Not sys.exit: while Python takes itself down, a thread of Temporal's client can still call into it, and
    # the process then aborts with a signal in place of the exit code that scripts go by.
    os._exit(code)


def _run() -> None:
    # Importing takes most of a second, long enough for somebody to change their mind.
    from orchestration.cli.app import app
    from orchestration.cli.wiring import RealConnections
    from orchestration.process import logs
    from orchestration.settings import LogFormat

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            # A locale that lacks a letter must not cost the answer.
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # What went wrong is said by the command itself; log lines below that would only repeat it.
    logs.configure("cli", LogFormat.TEXT, "ERROR")
    app(obj=RealConnections())


if __name__ == "__main__":
    main()
