"""The fixtures that all tests share."""

import asyncpg
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from localdev.postgres.server import PostgresServer
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator


async def test_the_server_answers(postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    assert await connection.fetchval("SELECT current_setting('server_version_num')::int") >= 180000
    await connection.close()


async def test_each_test_has_its_own_migrated_database(owner_database_url: str) -> None:
    """Runs twice: the second run must not see the table of the first."""
    connection = await asyncpg.connect(owner_database_url)
    assert await connection.fetchval("SELECT count(*) FROM workflow_events") == 0
    await connection.execute("CREATE TABLE left_behind ()")
    # Not closed: an open connection must not prevent that the database is dropped.
    connection.terminate()


test_and_leaves_nothing_behind = test_each_test_has_its_own_migrated_database


async def test_the_search_attribute_is_known(temporal_client: Client) -> None:
    """A workflow that sets an unknown search attribute does not continue."""
    attributes = await temporal_client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    assert "OrderStatus" in attributes.custom_attributes


async def test_time_can_be_skipped(time_skipping_env: WorkflowEnvironment) -> None:
    assert time_skipping_env.supports_time_skipping
    before = await time_skipping_env.get_current_time()
    await time_skipping_env.sleep(3600)
    after = await time_skipping_env.get_current_time()
    assert (after - before).total_seconds() >= 3600


async def test_the_workspace_has_the_approvals_channel(
    slack: SlackSimulator, workspace: WorkspaceClient
) -> None:
    assert slack.api_url.startswith(slack.url)
    assert await workspace.messages("U0ALICE01", "C0APPROVE") == []
