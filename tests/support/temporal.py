"""Temporal servers for tests: the development server, and the time-skipping test server."""

import sysconfig
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from localdev.temporal import TemporalServer
from tests.support.folders import public_folder

_TIME_SKIPPING_SERVER = Path(sysconfig.get_path("scripts")) / "temporal-test-server"


@pytest.fixture
def unique() -> str:
    """A unique word for task queues, workflow ids and order ids."""
    return uuid.uuid4().hex


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """A development server for this xdist worker, in memory, with the search attribute OrderStatus."""
    async with development_server() as server:
        yield server


@asynccontextmanager
async def development_server() -> AsyncIterator[TemporalServer]:
    """Run a development server while the block runs."""
    with public_folder() as folder:
        server = TemporalServer(log=folder / "temporal.log")
        await server.start()
        yield server
        server.kill()  # It has nothing to keep, and a stop takes a second.
        await server.wait()


@pytest.fixture
def temporal_address(temporal_server: TemporalServer) -> str:
    """The address for TEMPORAL_ADDRESS."""
    return temporal_server.address


@pytest_asyncio.fixture
async def temporal_client(temporal_address: str) -> Client:
    """A client of the development server, with the data converter that all our processes use."""
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest_asyncio.fixture
async def temporal_env(temporal_client: Client) -> WorkflowEnvironment:
    """The development server as a WorkflowEnvironment, in real time and with all features."""
    return WorkflowEnvironment.from_client(temporal_client)


@pytest_asyncio.fixture
async def time_skipping_env() -> AsyncIterator[WorkflowEnvironment]:
    """A server for one test that skips time while a workflow's result is awaited.

    It has no lists, counts, schedules or resets. `env.sleep` hangs while an asynchronous activity is pending.
    """
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=str(_TIME_SKIPPING_SERVER)
    )
    async with environment:
        # Unknown to the server otherwise, and then the workflow task is retried for ever.
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=environment.client.namespace,
                search_attributes={"OrderStatus": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD},
            )
        )
        yield environment


@pytest.fixture
def time_skipping_client(time_skipping_env: WorkflowEnvironment) -> Client:
    """The client of `time_skipping_env`."""
    return time_skipping_env.client
