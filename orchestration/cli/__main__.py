"""The entry point of `python -m orchestration.cli` and of the console script `countersign`."""

import contextlib
import os
import sys


def main() -> None:
    """Run one command and end the process. Ctrl-C prints no traceback, even while modules are imported."""
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
            pass  # The reader of the pipe has ended, as `head` does.
        except (OSError, ValueError):
            code = code or 1
    # Not sys.exit: a thread of Temporal's client can still call into Python while the interpreter shuts down,
    # and the process then aborts with a signal instead of the exit code.
    os._exit(code)


def _run() -> None:
    # Imported here, so that `main` handles a Ctrl-C during the imports, which take most of a second.
    from orchestration.cli.app import app
    from orchestration.cli.wiring import RealConnections
    from orchestration.process import logs
    from orchestration.settings import LogFormat

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            # A character that the locale cannot encode is printed as a question mark; no error.
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # Commands print their own errors; warnings in the log would repeat them.
    logs.configure("cli", LogFormat.TEXT, "ERROR")
    app(obj=RealConnections())


if __name__ == "__main__":
    main()
