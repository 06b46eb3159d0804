"""WorkflowClient when Temporal is unreachable, frozen, or has deleted the workflow."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from localdev.temporal import TemporalServer
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.errors import (
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.status import OrderStatus
from tests.support.orders import an_order
from tests.workflows.fake_activities import APPROVER, FakeActivities, running_workers
from tests.workflows.running_order import RunningOrder


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[TemporalServer]:
    """A Temporal server for one test, which may kill or freeze it."""
    server = TemporalServer(log=tmp_path / "temporal.log", db_file=tmp_path / "temporal.sqlite3")
    await server.start()
    yield server
    server.kill()
    await server.wait()


@pytest.fixture
async def client(server: TemporalServer) -> Client:
    """A client that connected before the server was frozen or killed."""
    return await Client.connect(server.address, data_converter=pydantic_data_converter)


async def freeze(pid: int) -> None:
    """Send SIGSTOP, and wait until each thread has stopped."""
    os.kill(pid, signal.SIGSTOP)
    async with asyncio.timeout(10):
        while not _is_stopped(pid):
            await asyncio.sleep(0.01)


def _is_stopped(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return all("State:\tT" in (task / "status").read_text() for task in tasks)


def a_request(decision_id: str = "d-1") -> DecisionRequest:
    """Return an approval."""
    actor = Actor(kind=ActorKind.SLACK_USER, id=APPROVER)
    return DecisionRequest(
        decision_id=decision_id, actor=actor, surface=Surface.BUTTON, decided_at=datetime.now(UTC)
    )


async def test_an_order_is_started_once(temporal_client: Client, unique: str) -> None:
    """A second start of the same order says so, and starts nothing."""
    gateway = WorkflowClient(temporal_client)
    first = await gateway.start(an_order(order_id=unique))
    again = await gateway.start(an_order(order_id=unique))
    assert (first.already_started, again.already_started) == (False, True)
    assert again.run_id == first.run_id
    execution = await gateway.execution(unique)
    assert (execution.status, execution.run_id) == ("RUNNING", first.run_id)
    await temporal_client.get_workflow_handle(first.workflow_id).terminate()


async def test_unknown_and_ended_orders_are_told_apart(temporal_client: Client, unique: str) -> None:
    """OrderNotFound and OrderOver are told apart, although Temporal answers both with the same error."""
    gateway = WorkflowClient(temporal_client)
    with pytest.raises(OrderNotFound):
        await gateway.send_decision(unique, DecisionKind.APPROVE, a_request())
    with pytest.raises(OrderNotFound):
        await gateway.status(unique)
    started = await gateway.start(an_order(order_id=unique))
    await temporal_client.get_workflow_handle(started.workflow_id).terminate()
    with pytest.raises(OrderOver):
        await gateway.send_decision(unique, DecisionKind.APPROVE, a_request())


async def test_without_a_worker_a_decision_is_taken_and_a_question_is_not_answered(
    temporal_client: Client, unique: str
) -> None:
    """Without a worker the decision is sent, and the query gives up within its time limit."""
    gateway = WorkflowClient(temporal_client, time_limit=1)
    started = await gateway.start(an_order(order_id=unique))
    await gateway.send_decision(unique, DecisionKind.APPROVE, a_request())
    with pytest.raises(NoWorkerAnswered):
        await gateway.status(unique)
    with pytest.raises(NoWorkerAnswered):
        await gateway.verdict(unique, "d-1", wait_seconds=0.5)
    await temporal_client.get_workflow_handle(started.workflow_id).terminate()


async def test_a_server_that_is_away_takes_nothing(server: TemporalServer, client: Client) -> None:
    """A refused connection raises TemporalUnavailable: nothing was sent."""
    gateway = WorkflowClient(client, time_limit=1)
    await gateway.start(an_order())
    server.kill()
    await server.wait()
    with pytest.raises(TemporalUnavailable):
        await gateway.send_decision("ord-1", DecisionKind.APPROVE, a_request())
    with pytest.raises(TemporalUnavailable):
        await gateway.status("ord-1")


async def test_a_server_that_restarts_in_the_middle_takes_it(
    server: TemporalServer, client: Client, tmp_path: Path
) -> None:
    """A signal is sent again over a new connection when the old one breaks, and arrives once."""
    gateway, fakes = WorkflowClient(client, time_limit=10), FakeActivities()
    async with running_workers(fakes, client):
        await gateway.start(an_order())
        case = RunningOrder(client, fakes, client.get_workflow_handle("order-ord-1"))
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        port = int(server.address.rpartition(":")[2])
        server.kill()
        await server.wait()
        clicking = asyncio.create_task(gateway.send_decision("ord-1", DecisionKind.APPROVE, a_request()))
        again = TemporalServer(log=tmp_path / "again.log", port=port, db_file=tmp_path / "temporal.sqlite3")
        async with again:
            await clicking
            async with asyncio.timeout(60):
                view = await gateway.wait_for_end("ord-1")
    assert view.status is OrderStatus.SHIPPED
    assert case.recorded(VerdictKind.RECORDED) == ["d-1"]


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (RPCStatusCode.UNAVAILABLE, "tcp connect error", TemporalUnavailable),
        (RPCStatusCode.UNAVAILABLE, "connection reset", OutcomeUnknown),
        (RPCStatusCode.UNKNOWN, "transport error", OutcomeUnknown),
        (RPCStatusCode.RESOURCE_EXHAUSTED, "busy", OutcomeUnknown),
    ],
)
async def test_only_a_refused_connection_is_proof_that_nothing_happened(
    temporal_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    status: RPCStatusCode,
    message: str,
    error: type[Exception],
) -> None:
    """Every error of Temporal's client while the server dies becomes an error of the domain."""

    async def fail(*_: object) -> None:
        raise RPCError(message, status, b"")

    monkeypatch.setattr(temporal_client.workflow_service, "signal_workflow_execution", fail)
    with pytest.raises(error):
        await WorkflowClient(temporal_client, time_limit=0.5).send_decision(
            "ord-1", DecisionKind.APPROVE, a_request()
        )


async def test_a_frozen_server_may_have_taken_it(server: TemporalServer, client: Client) -> None:
    """A frozen server raises OutcomeUnknown; the same decision sent again still counts once."""
    gateway, fakes = WorkflowClient(client, time_limit=1), FakeActivities()
    async with running_workers(fakes, client):
        await gateway.start(an_order())
        case = RunningOrder(client, fakes, client.get_workflow_handle("order-ord-1"))
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        assert server.pid is not None
        await freeze(server.pid)
        try:
            with pytest.raises(OutcomeUnknown):
                await gateway.send_decision("ord-1", DecisionKind.APPROVE, a_request())
        finally:
            os.kill(server.pid, signal.SIGCONT)
        await WorkflowClient(client, time_limit=10).send_decision("ord-1", DecisionKind.APPROVE, a_request())
        async with asyncio.timeout(30):
            view = await gateway.wait_for_end("ord-1")
    assert view.status is OrderStatus.SHIPPED
    assert case.recorded(VerdictKind.RECORDED) == ["d-1"]
