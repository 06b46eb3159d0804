"""Runs benchmarks: reads the options, makes a folder of their own, and stops everything at the end."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.reports.report import Report, publish

Part = Callable[[argparse.Namespace, Path], Awaitable[Report]]
"""Measures one thing. The folder is its own, empty, and gone afterwards."""


def run(description: str | None, *parts: Part) -> None:
    """Read the options, measure the parts one after the other and print what was found."""
    options = _options(description)
    try:
        publish(asyncio.run(_measure(parts, options)), as_json=options.json)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(128 + signal.SIGINT)


def _options(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("--json", action="store_true", help="print one JSON document")
    add("--rounds", type=_positive, default=3, help="turns of each variant, in orders and in clicks")
    add("--orders", type=_positive, default=40, help="orders a variant and turn")
    add("--in-flight", type=_positive, default=20, help="orders at once")
    add("--alone", type=_positive, default=3, help="orders a variant that run one at a time, for the counts")
    add("--seconds", type=_positive, default=5, help="seconds of clicks a variant and turn")
    add("--rate", type=_positive, default=20, help="clicks a second")
    add("--accept-every", type=_positive, default=10, help="every how manieth click approves an order")
    add("--starts", type=_positive, default=33, help="orders started a second, in a burst")
    add("--scale", type=_positive, default=1, help="in a burst, times Slack's own rate limits")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


async def _measure(parts: Sequence[Part], options: argparse.Namespace) -> list[Report]:
    task = asyncio.current_task()
    assert task is not None
    # As Ctrl-C, which asyncio.run turns into the same.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    reports = []
    for part in parts:
        with _own_folder() as folder:
            reports.append(await part(options, folder))
    return reports


@contextmanager
def _own_folder() -> Iterator[Path]:
    """Make a folder on a disk, open to PostgreSQL's system user, and stay in it: no `.env` is read there."""
    before = Path.cwd()
    folder = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
    folder.chmod(0o755)
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)
