"""Runs the whole system on one machine, as the processes that production runs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from db.pool import open_pool
from db.stores.order_reader import PostgresOrderReader
from localdev.slack.client import WorkspaceClient
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.order.order import Order
from tests.support.policy import policy_file
from tests.support.process import RunningProcess, running_module

ALICE, BOB, CAROL = "U0ALICE01", "U0BOB0001", "U0CAROL01"
APPROVALS = "C0APPROVE"


@dataclass
class System:
    """The running system: real PostgreSQL, Temporal, bot and orchestration, and simulated Slack."""

    settings: dict[str, str]
    workspace: WorkspaceClient
    gateway: WorkflowClient
    reader: PostgresOrderReader
    bot: RunningProcess
    orchestration: RunningProcess
    stack: AsyncExitStack

    async def start_process(self, module: str) -> RunningProcess:
        """Start another bot or orchestration, and wait until it is ready."""
        process = await self.stack.enter_async_context(running_module(module, **self.settings))
        await process.ready()
        return process

    async def card(self, order: Order, contains: str = "") -> dict[str, Any]:
        """Wait until the order's card contains this text, and return the card as Alice sees it."""
        await self.workspace.wait_for_message(ALICE, APPROVALS, contains=order.order_id, timeout=20)
        cards = [
            each for each in await self.workspace.messages(ALICE, APPROVALS) if order.order_id in str(each)
        ]
        assert len(cards) == 1
        if contains:
            return await self.workspace.wait_for_message(
                ALICE, APPROVALS, contains=contains, ts=cards[0]["ts"], timeout=20
            )
        return cards[0]


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Settings of both processes besides the required ones; a test module may override this fixture."""
    return {}


@pytest.fixture
async def system(
    *,
    database_url: str,
    temporal_address: str,
    temporal_client: Client,
    slack: Any,
    tmp_path: Path,
    more_settings: dict[str, str],
) -> AsyncIterator[System]:
    """Start both processes with an empty database, and wait until they are ready."""
    settings = {
        "DATABASE_URL": database_url,
        "TEMPORAL_ADDRESS": temporal_address,
        "SLACK_BOT_TOKEN": "xoxb-localdev-countersign",
        "SLACK_APP_TOKEN": "xapp-1-A0APP0001-localdev",
        "SLACK_API_URL": slack.api_url,
        "SLACK_APPROVALS_CHANNEL": APPROVALS,
        "APPROVAL_POLICY_FILE": str(policy_file(tmp_path, ALICE, CAROL)),
        "SIMULATED_LEDGER": str(tmp_path / "ledger.sqlite3"),
        "LOG_FORMAT": "json",
    } | more_settings
    async with (
        AsyncExitStack() as stack,
        WorkspaceClient(slack.url) as workspace,
        await open_pool(database_url, application_name="test") as pool,
        running_module("bot", **settings) as bot,
        running_module("orchestration", **settings) as orchestration,
    ):
        await bot.ready()
        await orchestration.ready()
        gateway, reader = WorkflowClient(temporal_client), PostgresOrderReader(pool)
        yield System(settings, workspace, gateway, reader, bot, orchestration, stack)
