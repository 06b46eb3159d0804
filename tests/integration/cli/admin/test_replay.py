"""`replay`: what runs in Temporal, against the code that is installed here."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.client import Client

from localdev.temporal import TemporalServer
from orchestration.cli.exit_codes import ExitCode
from orchestration.contracts import names
from orchestration.contracts.activities import OrderActivity, ShippingActivity
from orchestration.worker import replay
from orchestration.worker.workers import WORKFLOWS
from tests.integration.cli.conftest import Cli
from tests.replay.history_files import HISTORIES
from tests.support.temporal import development_server
from tests.workflows.fake_activities import APPROVER, FakeActivities, Pause, running_workers
from tests.workflows.running_order import start_and_wait


@workflow.defn(name=names.ORDER_WORKFLOW, sandboxed=False)
class _InAnotherOrder:
    """An OrderWorkflow that validates before it receives."""

    @workflow.run
    async def run(self, submission: object) -> None:
        """Only its first steps."""
        for name in (OrderActivity.VALIDATE, OrderActivity.RECEIVE):
            await workflow.execute_activity(name, submission, start_to_close_timeout=timedelta(seconds=5))


@pytest_asyncio.fixture
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """A server of the test's own: on the shared one other orders may run."""
    async with development_server() as server:
        yield server


async def test_what_runs_would_go_on(cli: Cli, temporal_client: Client) -> None:
    """Two orders wait, one ships; one that has ended is not looked at."""
    fakes = FakeActivities("shipping")
    pause = Pause(fakes, ShippingActivity.DISPATCH)
    async with running_workers(fakes, temporal_client):
        for order_id in ("waiting-1", "waiting-2"):
            await start_and_wait(temporal_client, fakes, order_id)
        await (await start_and_wait(temporal_client, fakes, "cancelled")).cancel(APPROVER)
        await (await start_and_wait(temporal_client, fakes, "shipping")).approve(APPROVER)
        await pause.reached.wait()
        result = await cli("replay", "--json")
        limited = await cli("replay", "--running", "--limit", "1", "--json")
        pause.go_on.set()
    assert result.exit_code == ExitCode.OK
    assert json.loads(result.stdout) == {
        "ok": True,
        "workflows": [
            {"type": "OrderWorkflow", "replayed": 3, "would_break": 0},
            {"type": "ShippingWorkflow", "replayed": 1, "would_break": 0},
        ],
        "problems": [],
    }
    assert sum(each["replayed"] for each in json.loads(limited.stdout)["workflows"]) == 1


async def test_an_order_that_would_break_is_named(
    cli: Cli, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what Temporal says of it, in one line, and an exit code that stops a deploy."""
    fakes = FakeActivities()
    async with running_workers(fakes, temporal_client):
        await start_and_wait(temporal_client, fakes, "waiting-1")
        monkeypatch.setitem(WORKFLOWS, names.ORDER_TASK_QUEUE, [_InAnotherOrder])
        for arguments in ((), ("--order", "waiting-1")):
            result = await cli("replay", *arguments)
            assert result.exit_code == ExitCode.FAULTS
            counts, problem = result.stdout.splitlines()
            assert counts == "OrderWorkflow\t1\t1"
            assert problem.startswith("order-waiting-1 (run ")
            assert "Nondeterminism" in problem


async def test_an_order_that_ends_meanwhile_is_no_failure(
    cli: Cli, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has ended when its history is fetched, one is forgotten altogether."""
    fakes = FakeActivities()
    fetch = replay._fetch

    async def late(client: Client, workflow_id: str, run_id: str | None = None) -> object:
        if workflow_id == "order-forgotten":
            run_id = "00000000-0000-4000-8000-000000000000"
        else:
            await client.get_workflow_handle(workflow_id).terminate()
        return await fetch(client, workflow_id, run_id)

    async with running_workers(fakes, temporal_client):
        for order_id in ("ends", "forgotten"):
            await start_and_wait(temporal_client, fakes, order_id)
        monkeypatch.setattr(replay, "_fetch", late)
        result = await cli("replay", "--json")
    assert result.exit_code == ExitCode.OK
    [counted] = json.loads(result.stdout)["workflows"]
    assert counted["replayed"] == 1


async def test_one_order_with_its_shipping(cli: Cli, temporal_client: Client) -> None:
    """Ended or not."""
    fakes = FakeActivities("ord-1")
    async with running_workers(fakes, temporal_client):
        case = await start_and_wait(temporal_client, fakes, "ord-1")
        await case.approve(APPROVER)
        await case.end()
    result = await cli("replay", "--order", "ord-1")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "OrderWorkflow\t1\t0\nShippingWorkflow\t1\t0\n"
    assert (await cli("replay", "--order", "nobody")).exit_code == ExitCode.UNKNOWN_ORDER


async def test_histories_from_files(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Temporal is needed; what is no history is said."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    files = [str(HISTORIES / f"approved.{kind}.json") for kind in ("order", "shipping")]
    result = await cli("replay", "--file", files[0], "--file", files[1])
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "OrderWorkflow\t1\t0\nShippingWorkflow\t1\t0\n"
    for content in ("no JSON", "[]", "{}", '{"events": []}', '{"events": [{"eventId": "1"}]}'):
        (tmp_path / "wrong.json").write_text(content)
        wrong = await cli("replay", "--file", str(tmp_path / "wrong.json"))
        assert wrong.exit_code == ExitCode.USAGE, wrong.output
        assert "wrong.json is not a workflow's history" in wrong.stderr
    assert (await cli("replay", "--file", "nowhere.json")).exit_code == ExitCode.USAGE


async def test_only_one_kind_at_a_time(cli: Cli) -> None:
    """Two of them would be ambiguous."""
    assert (await cli("replay", "--running", "--order", "ord-1")).exit_code == ExitCode.USAGE
