"""The whole system as production runs it; Slack is the simulator, in this process, without rate limits."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.harness.processes import environment, python
from localdev.postgres.server import APP_USER, PostgresServer
from localdev.processes.ports import free_port
from localdev.processes.probes import answers
from localdev.processes.program import Program, run_once
from localdev.slack import seed
from localdev.slack.server import SlackSimulator
from localdev.temporal import TemporalServer
from orchestration.contracts.names import STATUS_SEARCH_ATTRIBUTE

APPROVER, REQUESTER = "U0ALICE01", "U0BOB0001"
APPROVALS = "C0APPROVE"
BOT_TOKEN, APP_TOKEN = "xoxb-localdev-countersign", "xapp-1-A0APP0001-localdev"
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class System:
    """Everything, running."""

    client: Client
    slack: SlackSimulator
    postgres: PostgresServer
    orchestration: Program
    bot: Program


@asynccontextmanager
async def whole_system(server: TemporalServer, namespace: str, folder: Path) -> AsyncIterator[System]:
    """Start everything but Temporal, in a namespace of its own, and wait until it is ready."""
    client = await new_namespace(server, namespace)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        postgres = await enter(PostgresServer(folder / "postgres"))
        slack = await enter(SlackSimulator(seed.demo()))
        settings = {
            "DATABASE_URL": postgres.dsn(user=APP_USER),
            "TEMPORAL_ADDRESS": server.address,
            "TEMPORAL_NAMESPACE": namespace,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "SLACK_APPROVALS_CHANNEL": APPROVALS,
            "APPROVAL_POLICY_FILE": str(_policy(folder)),
            "SIMULATED_LEDGER": str(folder / "ledger.sqlite3"),
            "LOG_FORMAT": "json",
        }
        migrating = environment(**settings, MIGRATIONS_DATABASE_URL=postgres.dsn())
        migrate = (sys.executable, "-m", "db", "migrate")
        await run_once("migrations", migrate, log=folder / "migrate.log", env=migrating)
        programs = [_process(name, folder, settings) for name in ("orchestration", "bot")]
        for program in programs:
            await enter(program)
        yield System(client, slack, postgres, *programs)


def _policy(folder: Path) -> Path:
    path = folder / "approval-policy.toml"
    path.write_text(
        f"""
[groups]
approvers = ["{APPROVER}"]

[[tiers]]
name = "everything"
currencies = ["*"]
needs = {{ approvers = 1 }}
expires-after = "72h"
"""
    )
    return path


async def new_namespace(server: TemporalServer, name: str) -> Client:
    """Make a namespace, in which task queues are apart from those of others; return a client of it."""
    admin = await Client.connect(server.address)
    await admin.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=Duration(seconds=_DAY))
    )
    await admin.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=name,
            search_attributes={STATUS_SEARCH_ATTRIBUTE: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD},
        )
    )
    return await Client.connect(server.address, namespace=name, data_converter=pydantic_data_converter)


def _process(name: str, folder: Path, settings: dict[str, str]) -> Program:
    port = free_port()
    ready = answers(port, "/readyz")
    return python(name, log=folder / f"{name}.log", ready=ready, **settings, HEALTH_PORT=str(port))
