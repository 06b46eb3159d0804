"""The commands as a shell runs them, against Temporal, PostgreSQL and orchestration's own workers."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog.testing
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker
from typer.testing import CliRunner, Result

from db.pool import open_pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore
from db.stores.reconciliation import PostgresReconcileStore
from db.stores.refunds import PostgresRefundStore
from orchestration.activities.fault_injection import Faults
from orchestration.cli.app import app
from orchestration.cli.wiring import RealConnections
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.contracts.slack import PostCard, PostReply, SlackActivity, UpdateCard
from orchestration.domain.fields import MessageRef
from orchestration.policy_file.watcher import PolicyWatcher
from orchestration.settings import OrchestrationSettings
from orchestration.simulated.carrier import SimulatedCarrier
from orchestration.simulated.ledger import Ledger
from orchestration.simulated.payments import SimulatedPaymentGateway
from orchestration.worker.task_queues import Queue
from orchestration.worker.workers import WorkerDependencies, build_worker, run_workers
from tests.support.policy import policy_file

ROOT = Path(__file__).parents[3]
CARD = MessageRef(channel="C1", ts="1.000001")

Cli = Callable[..., Awaitable[Result]]
Workers = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
def environment(
    temporal_address: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Settings that name this test's servers; the folder has no .env of anybody's."""
    settings = {
        "TEMPORAL_ADDRESS": temporal_address,
        "DATABASE_URL": database_url,
        "APPROVAL_POLICY_FILE": str(policy_file(tmp_path, "U7")),
        "SIMULATED_LEDGER": str(tmp_path / "ledger.sqlite3"),
        "PYTHONPATH": str(ROOT),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return dict(os.environ)


@pytest.fixture
def cli(environment: dict[str, str]) -> Iterator[Cli]:
    """Run a command in this process: starting Python for each takes longer than what they do."""

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), obj=RealConnections())

    with structlog.testing.capture_logs():
        # The entry point sends logs to standard error; this process has not been told where they go.
        yield run


@pytest.fixture
def workers(environment: dict[str, str], temporal_client: Client) -> Workers:
    """Orchestration's own workers, and a stand-in for the bot's activities that always succeeds."""

    @activity.defn(name=SlackActivity.POST_CARD)
    async def post_card(card: PostCard) -> MessageRef:
        return CARD

    @activity.defn(name=SlackActivity.UPDATE_CARD)
    async def update_card(card: UpdateCard) -> MessageRef:
        return CARD

    @activity.defn(name=SlackActivity.POST_REPLY)
    async def post_reply(reply: PostReply) -> MessageRef:
        return CARD

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        settings = OrchestrationSettings()
        ledger = Ledger(settings.simulated_ledger)
        async with await open_pool(settings.database_url.get_secret_value(), "test") as pool:
            ports = WorkerDependencies(
                orders=PostgresOrderStore(pool),
                payments=PostgresPaymentStore(pool),
                gateway=SimulatedPaymentGateway(ledger),
                carrier=SimulatedCarrier(ledger),
                refunds=PostgresRefundStore(pool),
                policy=PolicyWatcher(settings.approval_policy_file),
                reader=PostgresOrderReader(pool),
                reconcile=PostgresReconcileStore(pool),
            )
            cards: list[Callable[..., Any]] = [post_card, update_card, post_reply]
            workers = [
                Worker(temporal_client, task_queue=SLACK_TASK_QUEUE, activities=cards),
                *(build_worker(temporal_client, queue, ports, Faults(0, 0)) for queue in Queue),
            ]
            stop = asyncio.Event()
            work = asyncio.create_task(run_workers(workers, stop))
            try:
                yield
            finally:
                stop.set()
                await work

    return running


@pytest_asyncio.fixture
async def working(workers: Workers) -> AsyncIterator[None]:
    """Workers for the whole test."""
    async with workers():
        yield
