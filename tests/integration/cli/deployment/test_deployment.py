"""`deployment`: the builds of the workers, and which of them takes new orders."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client

from localdev.temporal import TemporalServer
from orchestration.cli.exit_codes import ExitCode
from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue
from orchestration.worker.workers import deployment_config, workflow_worker
from tests.integration.cli.conftest import Cli
from tests.support.builds import until_known
from tests.support.temporal import development_server
from tests.workflows.fake_activities import FakeActivities


@pytest_asyncio.fixture
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """A server of the test's own: which build is current concerns everybody on it."""
    async with development_server() as server:
        yield server


@asynccontextmanager
async def _polling(client: Client, *build_ids: str) -> AsyncIterator[None]:
    """Workers of these builds, once Temporal knows them all."""
    fakes, deployments = FakeActivities(), Deployments(client)
    async with AsyncExitStack() as stack:
        for build_id in build_ids:
            for queue in Queue:
                config = deployment_config(queue, build_id)
                worker = workflow_worker(
                    client, queue.task_queue, fakes.order_activities(), deployment_config=config
                )
                await stack.enter_async_context(worker)
        for queue in Queue:
            for build_id in build_ids:
                await until_known(deployments, queue, build_id)
        yield


async def _statuses(cli: Cli) -> set[tuple[Any, ...]]:
    builds = json.loads((await cli("deployment", "show", "--json")).stdout)["builds"]
    fields = ("build_id", "status", "ramp", "workers")
    return {
        (each["deployment"].removeprefix("countersign-"), *(each[field] for field in fields))
        for each in builds
    }


async def test_a_build_is_promoted_step_by_step(cli: Cli, temporal_client: Client) -> None:
    """For one team and for all; the same again changes nothing."""
    async with _polling(temporal_client, "a", "b"):
        assert (await cli("deployment", "promote", "a")).exit_code == ExitCode.OK
        again = await cli("deployment", "promote", "a", "--json")
        assert set(json.loads(again.stdout)["changed"].values()) == {False}
        ramped = await cli("deployment", "promote", "b", "--deployment", "order", "--ramp", "10")
        assert ramped.stdout == "countersign-order: build b gets 10 % of the new orders.\n"
        assert await _statuses(cli) == {
            ("order", "a", "current", 0.0, 1),
            ("order", "b", "ramping", 10.0, 1),
            ("shipping", "a", "current", 0.0, 1),
            ("shipping", "b", "inactive", 0.0, 1),
        }
        assert (await cli("deployment", "promote", "b")).exit_code == ExitCode.OK
        kept = {(each[0], each[1], each[2]) for each in await _statuses(cli)}
        assert {("order", "b", "current"), ("shipping", "b", "current")} <= kept
        not_yet = await cli("deployment", "drained", "b")
        assert not_yet.exit_code == ExitCode.FAULTS
        assert "countersign-order: build b is current; workflows running on it: 0; not yet." in not_yet.stdout


async def test_a_build_that_was_never_promoted_may_be_stopped(cli: Cli, temporal_client: Client) -> None:
    """Nothing has begun on it."""
    async with _polling(temporal_client, "a", "b"):
        await cli("deployment", "promote", "a")
        assert (await cli("deployment", "drained", "b")).exit_code == ExitCode.OK


@pytest.mark.parametrize("command", ["promote", "drained"])
async def test_what_cannot_be(cli: Cli, temporal_client: Client, command: str) -> None:
    """Without workers, and with a build that nobody runs; nothing is changed half."""
    none = await cli("deployment", command, "a")
    assert none.exit_code == ExitCode.UNANSWERED
    assert "no worker with a BUILD_ID has ever polled" in none.stderr
    async with _polling(temporal_client, "a"):
        unknown = await cli("deployment", command, "typo")
        assert unknown.exit_code == ExitCode.UNANSWERED
        assert "has no build typo; it has: a" in unknown.stderr
        assert {each[2] for each in await _statuses(cli)} == {"inactive"}


async def test_a_build_whose_workers_are_gone_is_not_promoted(
    cli: Cli, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders would wait for nobody."""

    async def nobody(self: Deployments, queue: Queue, build_id: str) -> int:
        return 0

    async with _polling(temporal_client, "a"):
        monkeypatch.setattr(Deployments, "count_workers", nobody)
        gone = await cli("deployment", "promote", "a")
        assert gone.exit_code == ExitCode.UNANSWERED
        assert "No worker of build a polls" in gone.stderr


async def test_without_builds(cli: Cli) -> None:
    """It says who takes the orders then."""
    result = await cli("deployment", "show")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == ""
    assert (
        "countersign-order has no current build: workers without a BUILD_ID take new orders." in result.stderr
    )


async def test_the_first_build_makes_itself_current_and_no_other_does(temporal_client: Client) -> None:
    """A second one has to be promoted, also where nothing is current."""
    deployments = Deployments(temporal_client)
    await deployments.promote_first_build(Queue.ORDER, "a")
    async with _polling(temporal_client, "a"):
        await deployments.promote_first_build(Queue.ORDER, "a")
        current = (await deployments.get(Queue.ORDER)).current
        assert current is not None
        assert current.build_id == "a"
        async with _polling(temporal_client, "b"):
            for queue in Queue:
                await deployments.promote_first_build(queue, "b")
            assert (await deployments.get(Queue.ORDER)).current == current
            assert (await deployments.get(Queue.SHIPPING)).current is None
