"""A process that does not end after a signal is ended by a timeout or a second signal."""

import asyncio
import signal
import sys

import pytest

from orchestration.process.lifecycle import SHUTDOWN_TIMED_OUT
from tests.support.process import ROOT

HANGS = """
import asyncio, sys, time
from orchestration.process import lifecycle, shutdown
shutdown.FORCED_EXIT = {last_resort}

async def main():
    stop = lifecycle.stop_on_signals()
    print("ready", flush=True)
    await stop.wait()
    print("stopping", flush=True)
    {hang}

lifecycle.run_process("test", main)
"""


async def started(last_resort: float, hang: str) -> asyncio.subprocess.Process:
    """A process that is ready, and hangs when it is asked to stop."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HANGS.format(last_resort=last_resort, hang=hang)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_that_hangs_is_ended_in_time(number: signal.Signals) -> None:
    """Though the event loop itself hangs: with an exit code that tells, and a line that says so."""
    process = await started(0.3, "time.sleep(60)")
    process.send_signal(number)
    _, said = await process.communicate()
    assert process.returncode == SHUTDOWN_TIMED_OUT
    assert b"not stopped within 0.3 s" in said


async def test_a_second_signal_ends_it_at_once() -> None:
    """Whoever cannot wait need not."""
    process = await started(60, "await asyncio.sleep(60)")
    process.terminate()
    assert process.stdout is not None
    assert await process.stdout.readline() == b"stopping\n"
    process.terminate()
    _, said = await process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert b"a second time" in said
