"""`python -m tests.chaos --seed 7 --orders 200 --minutes 6` runs the chaos suite with one or more seeds."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from tests.chaos.plan.generate import make_plan
from tests.chaos.report import show, summarise
from tests.chaos.run import Result, run

OUTSIDE = {
    "orchestration": {
        "FLAKY_ERROR_RATE": "0.1",
        "FLAKY_HANG_RATE": "0.03",
        "SIMULATED_TROUBLE_RATE": "0.05",
        # Once, after everything, so that what it mends can be counted.
        "RECONCILE_MINUTES": "0",
    }
}
"""The outside world fails too, and orders take a while: long enough to be cancelled on their way."""


def main() -> int:
    """Run each seed; 1 if any promise was broken."""
    options = _options()
    console = Console(width=150)
    # Temporal is going to be away: its client need not say so each time.
    quiet = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=quiet)))
    plans = [make_plan(seed, options.orders, options.minutes) for seed in options.seed]
    if options.plan is not None:
        for plan in plans:
            plan.save(options.plan / f"plan-{plan.seed}.json")
        return 0
    results: list[Result] = []
    for plan in plans:
        results.append(asyncio.run(run(plan, OUTSIDE, keep=options.keep)))
        show(console, results[-1])
    summarise(console, results)
    return 1 if any(result.violations for result in results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="one run for each (default: 1)")
    parser.add_argument("--orders", type=int, default=100, help="in each run (default: 100)")
    parser.add_argument("--minutes", type=float, default=3.0, help="of faults in each run (default: 3)")
    parser.add_argument("--keep", action="store_true", help="keep journal and logs of clean runs too")
    parser.add_argument("--plan", type=Path, metavar="FOLDER", help="only write the plans down there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
