"""Connects the CLI to Temporal and PostgreSQL as the settings say; the only module that imports `db`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from db.audit.log import PostgresAuditLog
from db.connect import NOT_THERE_YET, describe
from db.errors import DatabaseMisconfigured
from db.errors import DatabaseUnavailable as DatabaseConnectionError
from db.pool import Pool, open_pool
from db.stores.decisions import PostgresDecisionStore
from db.stores.delegations import PostgresDelegationStore
from db.stores.order_reader import PostgresOrderReader
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.options.actor import operator_name
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.errors import TemporalUnavailable
from orchestration.settings import ProcessSettings, load
from orchestration.temporal import connection

CONNECT_TIMEOUT = 5.0
"""Seconds to wait for Temporal. Short, since a person waits; an address may drop packets without an error."""
DATABASE_RETRY_LIMIT = 0.5
"""Seconds during which a failed connection to PostgreSQL is tried again."""


class RealConnections:
    """Implements `Connections` from TEMPORAL_* and DATABASE_URL."""

    @asynccontextmanager
    async def temporal(self) -> AsyncIterator[Client]:
        """Connect once. Raises TemporalUnavailable, SettingsWrong."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                client = await connection.connect(f"cli:{operator_name()}", attempts=1)
        except TimeoutError:
            raise TemporalUnavailable(
                f"Temporal at {_address()} did not answer within {CONNECT_TIMEOUT:g} s. {_ADVICE}"
            ) from None
        except (RuntimeError, RPCError) as error:
            raise TemporalUnavailable(
                f"Temporal at {_address()} cannot be reached. {_ADVICE} ({_short(error)})"
            ) from error
        yield client

    @asynccontextmanager
    async def workflows(self) -> AsyncIterator[WorkflowClient]:
        """Connect once. Raises TemporalUnavailable, SettingsWrong."""
        async with self.temporal() as client:
            yield WorkflowClient(client)

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[PostgresOrderReader]:
        """Open a small pool. Raises DatabaseUnavailable, SettingsWrong."""
        async with _pool() as pool:
            yield PostgresOrderReader(pool)

    @asynccontextmanager
    async def decisions(self) -> AsyncIterator[PostgresDecisionStore]:
        """Open a small pool. Raises DatabaseUnavailable, SettingsWrong."""
        async with _pool() as pool:
            yield PostgresDecisionStore(pool)

    @asynccontextmanager
    async def delegations(self) -> AsyncIterator[PostgresDelegationStore]:
        """Open a small pool. Raises DatabaseUnavailable, SettingsWrong."""
        async with _pool() as pool:
            yield PostgresDelegationStore(pool)

    @asynccontextmanager
    async def audit(self) -> AsyncIterator[PostgresAuditLog]:
        """Open a small pool. Raises DatabaseUnavailable, SettingsWrong."""
        async with _pool() as pool:
            try:
                yield PostgresAuditLog(pool)
            except DatabaseConnectionError as error:
                raise DatabaseUnavailable(f"{error}.") from None


@asynccontextmanager
async def _pool() -> AsyncIterator[Pool]:
    url = load(ProcessSettings).database_url.get_secret_value()
    try:
        pool = await open_pool(url, "countersign-cli", max_size=1, give_up_after=DATABASE_RETRY_LIMIT)
    except DatabaseConnectionError as error:
        raise DatabaseUnavailable(f"{error}. Is DATABASE_URL right, and PostgreSQL running?") from None
    except DatabaseMisconfigured as error:
        raise DatabaseUnavailable(f"{error}.") from None
    try:
        yield pool
    except NOT_THERE_YET as error:
        raise DatabaseUnavailable(
            f"PostgreSQL (DATABASE_URL) stopped answering: {describe(error)}."
        ) from error
    finally:
        pool.terminate()


_ADVICE = "Is TEMPORAL_ADDRESS right, and Temporal running?"


def _address() -> str:
    return ClientConfig.load_client_connect_config().get("target_host") or "localhost:7233"


def _short(error: BaseException) -> str:
    # Temporal's Rust core nests its errors; the innermost message is the useful one.
    text = str(error)
    _, found, inner = text.rpartition('message: "')
    return inner.partition('"')[0] if found else text
