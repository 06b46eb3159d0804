"""The first things that people do with a terminal, word for word as the README tells them."""

import asyncio
import json
import signal
import sys

import pytest

from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Cli, Workers
from tests.integration.cli.orders import start_order, wait_for_status


@pytest.mark.usefixtures("working")
async def test_start_query_approve_and_watch_it_ship(cli: Cli) -> None:
    """The whole way of an order that an operator approves, as query, list and history show it."""
    order_id = await start_order(cli)
    waiting = await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    assert (waiting["workflow_status"], waiting["source"]) == ("RUNNING", "workflow")
    listed = await cli("list", "--pending")
    assert order_id in listed.stdout

    approved = await cli("signal", order_id, "approve", "--reason", "fine by me")
    assert (approved.exit_code, approved.stdout) == (0, f"Recorded: order {order_id} is approved.\n")
    shipped = await wait_for_status(cli, order_id, "SHIPPED")
    assert shipped["payment"] == "charged"
    assert shipped["tracking"]
    shown = await cli("query", order_id)
    assert "Status: SHIPPED" in shown.stdout.splitlines()

    late = await cli("signal", order_id, "cancel", "--as", "U7")
    assert late.exit_code == ExitCode.REFUSED
    history = json.loads((await cli("history", order_id, "--json")).stdout)
    types = [event["type"] for event in history["events"]]
    assert "status.SHIPPED" in types
    decisions = [event for event in history["events"] if event["type"].startswith("decision.")]
    assert len(decisions) == 2


@pytest.mark.usefixtures("working")
async def test_cancel(cli: Cli) -> None:
    """A cancelled order says why, and nobody was charged."""
    order_id = await start_order(cli, "--requester", "U1")
    await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    own = await cli("signal", order_id, "approve", "--as", "U1")
    assert own.exit_code == ExitCode.REFUSED
    assert "is your own: somebody else has to approve it" in own.stderr
    result = await cli("signal", order_id, "cancel", "--reason", "no budget")
    assert result.exit_code == ExitCode.OK
    cancelled = await wait_for_status(cli, order_id, "CANCELLED")
    assert cancelled["payment"] == "none"
    assert "no budget" in json.dumps(cancelled)


@pytest.mark.usefixtures("working")
async def test_the_same_order_again_and_another_one_under_its_id(cli: Cli) -> None:
    """The first is no error and doubles nothing, the second is refused."""
    order_id = await start_order(cli)
    again = await cli("start-workflow", "--order-id", order_id)
    assert again.exit_code == ExitCode.OK
    assert "already started" in again.stdout
    other = await cli("start-workflow", "--order-id", order_id, "--note", "another")
    assert other.exit_code == ExitCode.CONFLICT
    assert "differs in note" in other.stderr


@pytest.mark.usefixtures("working")
async def test_wait_returns_when_the_order_has_shipped(
    cli: Cli, environment: dict[str, str], unique: str
) -> None:
    """One process waits, another approves; a real process each, with its own exit code."""
    order_id = unique
    waiting = await _process(environment, "start-workflow", "--order-id", order_id, "--wait", "--json")
    await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    approved = await cli("signal", order_id, "approve", "--as", "U7")
    assert approved.exit_code == ExitCode.OK, approved.output
    stdout, stderr = await waiting.communicate()
    assert waiting.returncode == ExitCode.OK, stderr.decode()
    assert json.loads(stdout)["final"]["status"] == "SHIPPED"
    assert "PAYMENT_CHARGED" in stderr.decode()


async def test_a_decision_without_a_worker_is_kept_until_there_is_one(
    cli: Cli, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and the exit code tells that nothing is known yet."""
    monkeypatch.setattr("orchestration.cli.orders.verdict.VERDICT_TIMEOUT", 0.5)
    order_id = await start_order(cli)
    sent = await cli("signal", order_id, "approve")
    assert sent.exit_code == ExitCode.UNANSWERED
    assert "stored the decision safely" in sent.stderr
    async with workers():
        await wait_for_status(cli, order_id, "SHIPPED")


async def test_ctrl_c_leaves_the_order_alone(environment: dict[str, str], unique: str) -> None:
    """Exit code 130, a sentence, no traceback."""
    order_id = unique
    waiting = await _process(environment, "start-workflow", "--order-id", order_id, "--wait")
    assert waiting.stdout is not None
    assert f"Started order {order_id}" in (await waiting.stdout.readline()).decode()
    waiting.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(30):
            _, stderr = await waiting.communicate()
    except TimeoutError:
        waiting.send_signal(signal.SIGABRT)  # faulthandler prints where it hangs.
        pytest.fail((await waiting.stderr.read()).decode() if waiting.stderr else "")
    assert waiting.returncode == ExitCode.INTERRUPTED
    assert "goes on" in stderr.decode()
    assert "Traceback" not in stderr.decode()


async def _process(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "orchestration.cli", *arguments),
        env=environment | {"PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
