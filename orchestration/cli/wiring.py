"""The real connections. The only part of the CLI that knows `db`, and that reads the environment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from db.audit.log import PostgresAuditLog
from db.connect import NOT_THERE_YET, describe
from db.errors import DatabaseMisconfigured
from db.errors import DatabaseUnavailable as NoDatabase
from db.pool import Pool, open_pool
from db.stores.decisions import PostgresDecisionStore
from db.stores.delegations import PostgresDelegationStore
from db.stores.order_reader import PostgresOrderReader
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.options.decision import operator_name
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.errors import TemporalUnavailable
from orchestration.settings import ProcessSettings, load
from orchestration.temporal import connection

CONNECT_LIMIT = 5.0
"""Seconds. Somebody sits at the terminal: an address that swallows packets is given up on."""
DATABASE_PATIENCE = 0.5
"""Seconds after which a failed connection to PostgreSQL is not tried again."""


class RealConnections:
    """Implements `Connections` with Temporal and PostgreSQL as the settings name them."""

    @asynccontextmanager
    async def temporal(self) -> AsyncIterator[Client]:
        """Connect once. Raises TemporalUnavailable, SettingsWrong."""
        try:
            async with asyncio.timeout(CONNECT_LIMIT):
                client = await connection.connect(f"cli:{operator_name()}", attempts=1)
        except TimeoutError:
            raise TemporalUnavailable(
                f"Temporal at {_address()} did not answer within {CONNECT_LIMIT:g} s. {_ADVICE}"
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
            except NoDatabase as error:
                raise DatabaseUnavailable(f"{error}.") from None


@asynccontextmanager
async def _pool() -> AsyncIterator[Pool]:
    url = load(ProcessSettings).database_url.get_secret_value()
    try:
        pool = await open_pool(url, "countersign-cli", max_size=1, give_up_after=DATABASE_PATIENCE)
    except NoDatabase as error:
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
    # The Rust side nests its errors; the innermost message is the one that people can use.
    text = str(error)
    _, found, inner = text.rpartition('message: "')
    return inner.partition('"')[0] if found else text
