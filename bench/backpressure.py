"""`python -m bench.backpressure --orders 2000`: orders faster than Slack takes their cards, its limits on.

`--scale` multiplies Slack's own limits; at 1 it takes a card a second, and 2,000 cards take 34 minutes.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bench.harness.clicks import ANSWER_LIMIT, Watcher
from bench.harness.runner import run
from bench.harness.system import APPROVALS, APPROVER, REQUESTER, System, whole_system
from bench.reports.backpressure import Measurements, report_on
from bench.reports.report import Report, say
from bot.ids import ActionId
from localdev.processes.memory import resident_mb
from localdev.slack.interactivity.interactions import Press
from localdev.slack.traffic_log import TrafficKind
from localdev.temporal import TemporalServer
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.errors import NoWorkerAnswered
from tests.support.orders import an_order

STARTS_AT_ONCE = 20
PROBE_EVERY = 1.0
"""Seconds from one decision to the next, of each way."""
PATIENCE, SLACK_TIME = 1.5, 120.0
"""Cards that are not there after so many times what Slack's limits need, and these seconds, are missing."""
_FAILED = 'ExecutionStatus IN ("Failed", "TimedOut", "Terminated", "Canceled")'


@dataclass(slots=True)
class Burst:
    """What goes on at the same time."""

    system: System
    options: argparse.Namespace
    watcher: Watcher
    found: Measurements
    started: list[int] = field(default_factory=list)
    posted: dict[int, str] = field(default_factory=dict)
    """The `ts` of the card by the order's number."""
    dice: Random = field(default_factory=lambda: Random(5))  # noqa: S311 - which order, no secret

    async def start_all(self) -> None:
        """Start the orders at the rate asked for, or as fast as Temporal takes them."""
        gateway = WorkflowClient(self.system.client, time_limit=60)
        began, numbers = time.monotonic(), iter(range(self.options.orders))

        async def bucket() -> None:
            for number in numbers:
                await asyncio.sleep(began + number / self.options.starts - time.monotonic())
                await gateway.start(an_order(order_id=_name(number)))
                self.started.append(number)

        async with asyncio.TaskGroup() as buckets:
            for _ in range(STARTS_AT_ONCE):
                buckets.create_task(bucket())
        self.found.starting = time.monotonic() - began

    async def see_cards(self) -> None:
        """Note when cards are posted, until all of them are."""
        began, orders = time.monotonic(), self.options.orders
        limit = PATIENCE * orders / self.options.scale + SLACK_TIME
        while len(self.posted) < orders and time.monotonic() - began < limit:
            await asyncio.sleep(0.5)
            for message in self.system.slack.workspace.messages(APPROVALS):
                if message.metadata is not None and message.thread_ts is None:
                    self._saw(message.metadata["event_payload"]["key"], message.ts)
            self.found.cards.append((time.monotonic() - began, len(self.posted)))

    def _saw(self, key: str, ts: str) -> None:
        number = int(key.removeprefix("burst-").removesuffix(":card"))
        if self.posted.setdefault(number, ts) != ts:
            self.found.doubled.add(number)

    async def decide(self) -> None:
        """Cancel orders, as the terminal does, wherever their card is; most of them still wait for one."""
        gateway, decided = WorkflowClient(self.system.client), set[int]()
        while True:
            await asyncio.sleep(PROBE_EVERY)
            undecided = [number for number in self.started if number % 2 == 0 and number not in decided]
            if not undecided:
                continue
            number = self.dice.choice(undecided)
            decided.add(number)
            order_id = _name(number)
            request = _decision(f"bench-{time.time_ns()}")
            began = time.perf_counter()
            await gateway.send_decision(order_id, DecisionKind.CANCEL, request)
            try:
                await gateway.verdict(order_id, request.decision_id, wait_seconds=ANSWER_LIMIT / 1000)
            except NoWorkerAnswered:
                self.found.unanswered += 1
            self.found.verdicts.append(1000 * (time.perf_counter() - began))

    async def click(self) -> None:
        """Click at cards as the requester, who may not: the verdict is told to them alone."""
        while True:
            await asyncio.sleep(PROBE_EVERY)
            waiting = [number for number in self.posted if number % 2]
            if not waiting:
                continue
            number = self.dice.choice(waiting)
            told, began = self.watcher.expect_word(_name(number)), time.perf_counter()
            await self.system.slack.interactions.click(
                REQUESTER, APPROVALS, self.posted[number], Press(ActionId.APPROVE)
            )
            try:
                async with asyncio.timeout(ANSWER_LIMIT / 1000):
                    self.found.clicks.append(1000 * (await told - began))
            except TimeoutError:
                self.found.clicks.append(ANSWER_LIMIT)

    async def look(self) -> None:
        """Look at memory, and at what Slack refuses."""
        seen = 0
        while True:
            for entry in self.system.slack.traffic.after(seen, 10_000):
                seen = entry["n"]
                if entry["kind"] == TrafficKind.API:
                    self.found.saw(entry["method"], entry["answer"].get("error") == "ratelimited")
            for name, program in (("bot", self.system.bot), ("orchestration", self.system.orchestration)):
                self.found.memory.setdefault(name, []).append(resident_mb(program.pid) or 0)
            await asyncio.sleep(0.5)


def _name(number: int) -> str:
    return f"burst-{number}"


def _decision(decision_id: str) -> DecisionRequest:
    actor = Actor(kind=ActorKind.SLACK_USER, id=APPROVER)
    return DecisionRequest(
        decision_id=decision_id, actor=actor, surface=Surface.CLI, decided_at=datetime.now(UTC)
    )


async def measure(options: argparse.Namespace, folder: Path) -> Report:
    """Start everything, then the burst, and see it through to the last card."""
    say("backpressure: starting the whole system")
    found = Measurements(options.orders, options.scale)
    async with (
        TemporalServer(log=folder / "temporal.log", db_file=folder / "temporal.sqlite3") as server,
        whole_system(server, "backpressure", folder) as system,
    ):
        system.slack.limits.enabled, system.slack.limits.scale = True, options.scale
        burst = Burst(system, options, Watcher(system.slack), found)
        async with _meanwhile(burst.watcher.watch, burst.look, burst.decide, burst.click):
            say(f"backpressure: {options.orders} orders, {options.starts} a second")
            await asyncio.gather(burst.start_all(), burst.see_cards())
        found.failures = (await system.client.count_workflows(_FAILED)).count
    return report_on(found)


@asynccontextmanager
async def _meanwhile(*doing: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(each()) for each in doing]
        yield
        for task in running:
            task.cancel()


if __name__ == "__main__":
    run(__doc__, measure)
