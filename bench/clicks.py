"""`python -m bench.clicks`: from a click to its ack and to its answer, beside a listener that only acks."""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

from bench.harness.clicks import Clicker, Times, Watcher, steadily
from bench.harness.processes import cpu_seconds, family_cpu_seconds, python
from bench.harness.runner import run
from bench.harness.system import APPROVALS, System, whole_system
from bench.reports.clicks import report_on
from bench.reports.report import Report, say
from localdev.slack import seed
from localdev.slack.server import SlackSimulator
from localdev.temporal import TemporalServer
from orchestration.client.workflow_client import WorkflowClient
from tests.support.orders import an_order

REFUSING = 20
"""Orders over which the refused clicks are spread."""
AT_REST = 8
"""Clicks of each kind, one at a time."""
_STARTS_AT_ONCE = 10


@dataclass(slots=True)
class Bench:
    """Both apps, each in a workspace of its own, and what was measured of them."""

    system: System
    clicker: Clicker
    ack_only: Clicker
    ack_only_card: str
    refusing: list[str]
    """Orders that stay: whoever clicks asked for them."""
    fresh: list[str]
    """Orders that wait; each takes one accepted click."""
    clocks: dict[str, Callable[[], float]]
    busy: Times = field(default_factory=Times)
    rest: Times = field(default_factory=Times)
    alone: Times = field(default_factory=Times)
    """Of the listener that only acks."""
    cores: dict[str, list[float]] = field(default_factory=dict)
    """How much of a core each process took during the busy turns, in percent."""

    async def turn(self, options: argparse.Namespace) -> None:
        """Click steadily: first at the listener that only acks, then at the bot."""
        clicks = options.rate * options.seconds
        await steadily(
            options.rate, [partial(self.ack_only.only_ack, self.ack_only_card, self.alone)] * clicks
        )
        refusing = cycle(self.refusing)
        before, began = {name: clock() for name, clock in self.clocks.items()}, time.monotonic()
        await steadily(
            options.rate,
            [
                partial(self.clicker.refused, next(refusing), self.busy)
                if number % options.accept_every
                else partial(self.clicker.accepted, self.fresh.pop(), self.busy)
                for number in range(clicks)
            ],
        )
        lasted = time.monotonic() - began
        for name, clock in self.clocks.items():
            self.cores.setdefault(name, []).append(100 * (clock() - before[name]) / lasted)

    async def rest_turn(self) -> None:
        """Click now and then; the last order has ended before the next click."""
        for order_id in self.refusing[:AT_REST]:
            await self.clicker.refused(order_id, self.rest)
            fresh = self.fresh.pop()
            await self.clicker.accepted(fresh, self.rest)
            await WorkflowClient(self.system.client).wait_for_end(fresh)


async def measure(options: argparse.Namespace, folder: Path) -> Report:
    """Start both, take turns, then click at rest."""
    say("clicks: starting the whole system, and a listener that only acks")
    async with (
        TemporalServer(log=folder / "temporal.log", db_file=folder / "temporal.sqlite3") as server,
        _bench(options, server, folder) as bench,
    ):
        await bench.rest_turn()
        for number in range(options.rounds):
            say(f"clicks: round {number + 1} of {options.rounds}")
            await bench.turn(options)
        return report_on(bench.alone, bench.busy, bench.rest, bench.cores, options)


@asynccontextmanager
async def _bench(options: argparse.Namespace, server: TemporalServer, folder: Path) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(whole_system(server, "clicks", folder))
        elsewhere = await stack.enter_async_context(SlackSimulator(seed.demo()))

        async def connected() -> bool:
            return elsewhere.sockets.open_connections > 0

        log = folder / "ack_only.log"
        await stack.enter_async_context(
            python("bench.baseline.ack_app", "--api-url", elsewhere.api_url, log=log, ready=connected)
        )
        watcher = Watcher(system.slack)
        watching = asyncio.create_task(watcher.watch())
        stack.callback(watching.cancel)
        accepted = options.rounds * -(-options.rate * options.seconds // options.accept_every)
        say("clicks: starting orders to click at")
        ids = [f"click-{number}" for number in range(REFUSING + AT_REST + accepted)]
        await _start(system, watcher, ids)
        card = system.slack.workspace.message(APPROVALS, await watcher.card(ids[0]))
        assert card is not None
        elsewhere.workspace.add(card)
        clocks: dict[str, Callable[[], float]] = {
            "orchestration": partial(cpu_seconds, system.orchestration.pid),
            "bot": partial(cpu_seconds, system.bot.pid),
            "Temporal": partial(cpu_seconds, server.pid),
            "PostgreSQL": partial(family_cpu_seconds, system.postgres.pid),
            "bench and Slack": time.process_time,
        }
        yield Bench(
            system,
            Clicker(system.slack, watcher),
            Clicker(elsewhere),
            card.ts,
            ids[:REFUSING],
            ids[REFUSING:],
            clocks,
        )


async def _start(system: System, watcher: Watcher, ids: list[str]) -> None:
    gateway, todo = WorkflowClient(system.client, time_limit=60), iter(ids)

    async def bucket() -> None:
        for order_id in todo:
            await gateway.start(an_order(order_id=order_id))
            await watcher.card(order_id)

    async with asyncio.TaskGroup() as buckets:
        for _ in range(_STARTS_AT_ONCE):
            buckets.create_task(bucket())


if __name__ == "__main__":
    run(__doc__, measure)
