"""`python -m bench.orders`: what OrderWorkflow costs beside a bare workflow of the same Temporal calls."""

import argparse
import asyncio
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench.harness.histories import counts_of
from bench.harness.processes import cpu_seconds
from bench.harness.runner import run
from bench.harness.variants import Variant, Waiting, all_variants
from bench.reports.orders import Measurements, report_on
from bench.reports.report import Report, say
from localdev.temporal import TemporalServer

THINKING = 0.5
"""Seconds between an order's wait and its approval: nobody is faster, and it keeps the shapes the same."""
_COUNTED = 10
"""Histories that are looked at after a busy turn."""


class Bench:
    """Runs orders of one variant after the other."""

    def __init__(self, server: TemporalServer, waiting: Waiting) -> None:
        self._server = server
        self._waiting = waiting
        self._ids = (f"bench-{number}" for number in count(1))

    async def alone(self, variant: Variant, found: Measurements) -> None:
        """Run one order with nothing beside it."""
        order_id = next(self._ids)
        found.signal_to_end.append(1000 * await self._order(variant, order_id))
        found.alone.append(await counts_of(variant.client, order_id))

    async def turn(self, variant: Variant, found: Measurements, orders: int, in_flight: int) -> None:
        """Run so many orders, so many of them at once."""
        ids = [next(self._ids) for _ in range(orders)]
        todo = iter(ids)
        clocks = variant.clocks | {
            "Temporal": lambda: cpu_seconds(self._server.pid),
            "bench": time.process_time,
        }
        before, began = {name: clock() for name, clock in clocks.items()}, time.monotonic()
        async with asyncio.TaskGroup() as lanes:
            for _ in range(min(in_flight, orders)):
                lanes.create_task(self._lane(variant, todo))
        found.rates.append(orders / (time.monotonic() - began))
        for name, clock in clocks.items():
            found.cpu[name].append(1000 * (clock() - before[name]) / orders)
        found.busy += [await counts_of(variant.client, order_id) for order_id in ids[-_COUNTED:]]

    async def _lane(self, variant: Variant, todo: Iterator[str]) -> None:
        for order_id in todo:
            await self._order(variant, order_id)

    async def _order(self, variant: Variant, order_id: str) -> float:
        """Return the seconds from the approval to the end."""
        await variant.start(order_id)
        await self._waiting.until(order_id)
        await asyncio.sleep(THINKING)
        approved = time.monotonic()
        await variant.approve(order_id)
        await variant.end(order_id)
        return time.monotonic() - approved


async def measure(options: argparse.Namespace, folder: Path) -> Report:
    """Run every variant in turns, each turn in another order."""
    waiting = Waiting()
    say("orders: starting Temporal, PostgreSQL and the workers of four variants")
    async with (
        TemporalServer(log=folder / "temporal.log", db_file=folder / "temporal.sqlite3") as server,
        all_variants(server, folder, waiting) as variants,
    ):
        bench = Bench(server, waiting)
        found = {variant.title: Measurements(variant.title) for variant in variants}
        for variant in variants:
            await bench.alone(variant, Measurements("warm-up"))
        for _ in range(options.alone):
            for variant in variants:
                await bench.alone(variant, found[variant.title])
        for number in range(options.rounds):
            first = number % len(variants)
            for variant in (*variants[first:], *variants[:first]):
                say(f"orders: round {number + 1} of {options.rounds}, {variant.title}")
                await bench.turn(variant, found[variant.title], options.orders, options.in_flight)
        return report_on(list(found.values()), options)


if __name__ == "__main__":
    run(__doc__, measure)
