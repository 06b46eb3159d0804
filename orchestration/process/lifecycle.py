"""How every process starts and stops: signals, exit codes, one clear line for what is wrong."""

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
"""Exit code when a setting, a token or a database has to be mended first: restarting alone does not help."""

SHUTDOWN_TIMED_OUT = 3
"""Exit code when a stop took too long."""


class ShutdownRequested(Exception):
    """Somebody asked the process to stop."""


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set. A second one ends the process, and so does time."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            _end("asked to stop a second time: ended at once", 128 + number)
        stop.set()
        # A thread: whatever hangs may hang the event loop.
        late = f"not stopped within {shutdown.FORCED_EXIT:g} s: ended; what was under way is tried again"
        last_resort = threading.Timer(shutdown.FORCED_EXIT, _end, (late, SHUTDOWN_TIMED_OUT))
        last_resort.daemon = True
        last_resort.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    return stop


def _end(why: str, code: int) -> None:
    # Not sys.exit: that would wait for tasks and threads, which is what takes too long.
    print(why, file=sys.stderr, flush=True)
    os._exit(code)


async def cancel_on_shutdown(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """Do the work; raises Stopped, and cancels it, as soon as `stop` is set."""
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
    """Run until it ends. What an operator has to mend becomes one line on standard error and exit code 2."""
    try:
        asyncio.run(main())
    except ShutdownRequested:
        pass
    except CountersignError as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(MISCONFIGURED)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
