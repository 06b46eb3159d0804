"""Real workflows on the time-skipping server; each test has a server of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from localdev.temporal import TemporalServer
from tests.support.temporal import development_server
from tests.workflows.fake_activities import FakeActivities, running_workers


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """A server for these tests alone: orders that others leave behind would come to the workers here."""
    async with development_server() as server:
        yield server


@pytest.fixture
async def env(time_skipping_env: WorkflowEnvironment) -> WorkflowEnvironment:
    """The time-skipping server."""
    return time_skipping_env


@pytest.fixture
async def fakes(env: WorkflowEnvironment) -> AsyncIterator[FakeActivities]:
    """Workers with stand-in activities, running."""
    fakes = FakeActivities()
    async with running_workers(fakes, env.client):
        yield fakes
