"""Starts and stops a process: signals, exit codes, and one line on standard error for what is wrong."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from orchestration.domain.errors import CountersignError
from orchestration.process import shutdown

T = TypeVar("T")

MISCONFIGURED = 2
"""Exit code when an operator has to fix a setting, a token or the database before a restart can help."""

SHUTDOWN_TIMED_OUT = 3
"""Exit code when the shutdown took too long."""


class ShutdownRequested(Exception):
    """The process was asked to stop."""


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set. A second signal or a timeout ends the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            _exit("asked to stop a second time: ended at once", 128 + number)
        stop.set()
        # In a thread, because the event loop itself may hang.
        late = f"not stopped within {shutdown.FORCED_EXIT:g} s: ended; what was under way is tried again"
        last_resort = threading.Timer(shutdown.FORCED_EXIT, _exit, (late, SHUTDOWN_TIMED_OUT))
        last_resort.daemon = True
        last_resort.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    return stop


def _exit(why: str, code: int) -> None:
    # Not sys.exit, which would wait for the tasks and threads that hang.
    print(why, file=sys.stderr, flush=True)
    os._exit(code)


async def cancel_on_shutdown(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of `work`. Cancels it and raises ShutdownRequested as soon as `stop` is set."""
    task = asyncio.ensure_future(work)
    shutdown = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([task, shutdown], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return await task
        raise ShutdownRequested
    finally:
        shutdown.cancel()
        task.cancel()


def run_process(name: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run the process. An error that an operator has to fix gives one line on stderr and exit code 2."""
    try:
        asyncio.run(main())
    except ShutdownRequested:
        pass
    except CountersignError as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(MISCONFIGURED)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
