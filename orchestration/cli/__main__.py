"""`python -m orchestration.cli`."""

import contextlib
import sys


def main() -> None:
    """Run one command. Ctrl-C leaves no traceback, however early it comes."""
    try:
        # Importing takes most of a second, long enough for somebody to change their mind.
        from orchestration import logs
        from orchestration.cli.app import app
        from orchestration.cli.wiring import RealConnections
        from orchestration.settings import LogFormat

        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                # A locale that lacks a letter must not cost the answer.
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        # What went wrong is said by the command itself; log lines below that would only repeat it.
        logs.configure("cli", LogFormat.TEXT, "ERROR")
        app(obj=RealConnections())
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
