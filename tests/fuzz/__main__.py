"""`make fuzz MINUTES=10`: each target for so many minutes. Its seeds are printed, and can be given again."""

import argparse
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from hypothesis import HealthCheck, Verbosity, given, seed, settings

from tests.fuzz import parsers, payloads, texts
from tests.fuzz.whole_app import bench

BATCH = 2_000
"""Examples of one seed."""
Check = Callable[[Any], None]


@contextmanager
def _whole_app() -> Iterator[Check]:
    with bench() as app:
        yield app.check


def _commands(text: str) -> None:
    parsers.check_command(text)
    parsers.check_until(text)


TARGETS: dict[str, tuple[Any, Any]] = {
    "payloads": (payloads.payloads, lambda: nullcontext(parsers.check_payload)),
    "commands": (texts.texts, lambda: nullcontext(_commands)),
    "cli": (texts.texts, lambda: nullcontext(parsers.check_cli)),
    "app": (payloads.payloads, _whole_app),
}


def fuzz(name: str, minutes: float, first: int) -> int:
    """Run one target until its time is over; returns the number of examples. Raises what it finds."""
    strategy, made = TARGETS[name]
    end, count, number = time.monotonic() + 60 * minutes, 0, first
    with made() as check:

        def counted(value: Any) -> None:
            nonlocal count
            count += 1
            check(value)

        while time.monotonic() < end:
            print(f"{name}: seed {number}, {count} examples so far", flush=True)
            quiet = settings(
                max_examples=BATCH,
                deadline=None,
                database=None,
                verbosity=Verbosity.normal,
                suppress_health_check=list(HealthCheck),
            )
            run: Any = seed(number)(quiet(given(strategy)(counted)))  # type: ignore[no-untyped-call]
            run()
            number += 1
    return count


def main() -> None:
    """Read the options, and end with 1 if anything was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "targets", nargs="*", metavar="target", help=f"any of {', '.join(TARGETS)}; else all"
    )
    options.add_argument("--minutes", type=float, default=10, help="for each target")
    options.add_argument("--seed", type=int, help="to begin with; else a random one")
    chosen = options.parse_args()
    if unknown := set(chosen.targets) - set(TARGETS):
        options.error(f"there is no {', '.join(sorted(unknown))}")
    logging.disable(logging.CRITICAL)  # Bolt writes about every payload that nobody listens to
    found = False
    for name in chosen.targets or TARGETS:
        first = secrets.randbelow(10**9) if chosen.seed is None else chosen.seed
        try:
            print(f"{name}: {fuzz(name, chosen.minutes, first)} examples, nothing found")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            found = True
            notes = "\n".join(getattr(error, "__notes__", ()))
            print(f"{name}: FOUND {type(error).__name__}: {error}\n{notes}")
    sys.exit(found)


if __name__ == "__main__":
    main()
