"""Tries docs/deploying.md: builds of the workers as processes, one of which takes over from another."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from localdev.temporal import TemporalServer
from orchestration.cli.exit_codes import ExitCode
from orchestration.contracts import names
from orchestration.contracts.slack import SlackActivity
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.worker.task_queues import Queue
from tests.support.folders import public_folder
from tests.support.orders import a_small_order, an_order
from tests.support.policy import policy_file
from tests.support.process import ROOT, RunningProcess, running_module
from tests.workflows.fake_activities import APPROVER, STRANGER, FakeActivities, Pause
from tests.workflows.running_order import RunningOrder, start

_DRAINS_FAST = (
    # Temporal looks every few minutes otherwise.
    'matching.wv.VersionDrainageStatusVisibilityGracePeriod="1s"',
    'matching.wv.VersionDrainageStatusRefreshInterval="1s"',
)


@dataclass
class Site:
    """A Temporal server and a database for starting and stopping builds. The bot is a fake."""

    client: Client
    fakes: FakeActivities
    settings: dict[str, str]
    stack: AsyncExitStack
    builds: dict[str, RunningProcess] = field(default_factory=dict)

    async def start(self, build_id: str, says: str) -> RunningProcess:
        """Start `python -m orchestration` as this build, and wait until it logs this status of each queue."""
        running = running_module("orchestration", **self.settings, BUILD_ID=build_id)
        process = self.builds[build_id] = await self.stack.enter_async_context(running)
        await process.ready()
        for queue in Queue:
            await process.wait_for_line(f"{says}.* deployment={queue.deployment}")
        return process

    async def cli(self, *arguments: str, exits: ExitCode | None = ExitCode.OK) -> Any:
        """Run a CLI command as a process, and return its JSON."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "orchestration.cli", *arguments, "--json"),
            env=os.environ | {"PYTHONPATH": str(ROOT)} | self.settings,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        assert exits is None or process.returncode == exits, output.decode()
        return json.loads(output)

    async def waiting(self, order_id: str) -> RunningOrder:
        """Start an order that waits for approval."""
        case = await start(self.client, self.fakes, an_order(order_id=order_id))
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        return case

    async def shipped(self, order_id: str) -> RunningOrder:
        """Start an order that needs no approval, and wait for its end."""
        case = await start(self.client, self.fakes, a_small_order(order_id=order_id))
        assert (await case.end()).status is OrderStatus.SHIPPED
        return case

    async def built_by(self, case: RunningOrder) -> set[str]:
        """Return the builds that worked on the latest run of an order."""
        history = await self.client.get_workflow_handle(case.handle.id).fetch_history()
        identities = {
            event.workflow_task_completed_event_attributes.identity
            for event in history.events
            if event.HasField("workflow_task_completed_event_attributes")
        }
        pids = {build: f":{process.process.pid}" for build, process in self.builds.items()}
        return {build for build, pid in pids.items() for each in identities if each.endswith(pid)}


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Temporal, PostgreSQL and the bot's fake activities run; no build does yet."""
    with public_folder() as folder:
        async with AsyncExitStack() as stack:
            server = TemporalServer(log=folder / "temporal.log", dynamic_config=_DRAINS_FAST)
            await stack.enter_async_context(server)
            client = await Client.connect(server.address, data_converter=pydantic_data_converter)
            settings = {
                "DATABASE_URL": database_url,
                "TEMPORAL_ADDRESS": server.address,
                "APPROVAL_POLICY_FILE": str(policy_file(tmp_path, APPROVER)),
                "SIMULATED_LEDGER": str(tmp_path / "ledger.sqlite3"),
            }
            fakes = FakeActivities()
            cards: list[Any] = [fakes.post_card, fakes.update_card, fakes.post_reply, fakes.notify_people]
            bot = Worker(client, task_queue=names.SLACK_TASK_QUEUE, activities=cards)
            await stack.enter_async_context(bot)
            yield Site(client, fakes, settings, stack)


async def _until_drained(site: Site, build_id: str) -> None:
    async with asyncio.timeout(60):
        while not (await site.cli("deployment", "drained", build_id, exits=None))["drained"]:
            await asyncio.sleep(0.2)


async def test_a_deploy(site: Site) -> None:
    """Old workers finish their orders, new ones get the new orders, and then the old ones can be stopped."""
    old = await site.start("old", "build old is current: new orders come here")
    waits, moves = await site.waiting("waits"), await site.waiting("moves")
    closing = Pause(site.fakes, SlackActivity.UPDATE_CARD)
    under_way = await site.waiting("under-way")
    await under_way.approve(APPROVER)
    await closing.reached.wait()

    new = await site.start(
        "new", "build new is not current: no new orders come here. Promote it: .* promote new"
    )
    assert "is not current" in (await new.readiness())["checks"]["countersign-order"]
    assert (await site.cli("replay"))["ok"]
    assert await site.built_by(await site.shipped("before")) == {"old"}

    promoted = await site.cli("deployment", "promote", "new")
    assert promoted["changed"] == {"countersign-order": True, "countersign-shipping": True}
    assert await site.built_by(await site.shipped("after")) == {"new"}
    await site.cli("deployment", "drained", "old", exits=ExitCode.FAULTS)

    closing.go_on.set()
    assert (await under_way.end()).status is OrderStatus.SHIPPED
    await waits.approve(APPROVER)
    assert (await waits.end()).status is OrderStatus.SHIPPED
    assert await site.built_by(under_way) == await site.built_by(waits) == {"old"}

    # Whatever wakes an order that goes on waiting, here a refused click, takes it to the new build.
    await moves.approve(STRANGER, "d-1")
    moved = RunningOrder(
        site.client, site.fakes, site.client.get_workflow_handle(moves.handle.id, result_type=OrderView)
    )
    async with asyncio.timeout(30):
        while await site.built_by(moved) != {"new"}:
            await asyncio.sleep(0.1)
    assert (await moved.verdict("d-1")).kind == "not_an_approver"

    await _until_drained(site, "old")
    assert await old.stop(timeout=10) == 0
    await moved.approve(APPROVER, "d-2")
    assert (await moved.end()).status is OrderStatus.SHIPPED


async def test_a_rollback(site: Site) -> None:
    """After a rollback the new build finishes its orders, and can then be stopped."""
    await site.start("old", "build old is current")
    new = await site.start("new", "build new is not current")
    await site.cli("deployment", "promote", "new")
    waits = await site.waiting("waits")
    await site.cli("deployment", "promote", "old")
    assert await site.built_by(await site.shipped("after")) == {"old"}
    await waits.approve(APPROVER)
    assert (await waits.end()).status is OrderStatus.SHIPPED
    assert await site.built_by(waits) == {"new"}
    await _until_drained(site, "new")
    assert await new.stop(timeout=10) == 0


async def test_from_a_release_without_builds(site: Site) -> None:
    """The first build takes over all running orders from unversioned workers."""
    old = await site.start("", "BUILD_ID is not set: these workers are unversioned")
    waits = await site.waiting("waits")
    assert await site.built_by(waits) == {""}
    await site.start("first", "build first is current")
    assert await site.built_by(await site.shipped("after")) == {"first"}
    assert await old.stop(timeout=10) == 0
    await waits.approve(APPROVER)
    assert (await waits.end()).status is OrderStatus.SHIPPED
    assert await site.built_by(waits) == {"", "first"}
    await site.start("", "BUILD_ID is not set, and build first is current: nothing comes here")
