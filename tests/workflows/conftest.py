"""Fixtures of the workflow tests: a Temporal server, and running workers with fake activities."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from localdev.temporal import TemporalServer
from tests.support.temporal import development_server
from tests.workflows.fake_activities import FakeActivities, running_workers


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """A development server for these tests only, so that no orders of other tests reach these workers."""
    async with development_server() as server:
        yield server


@pytest.fixture
async def env(time_skipping_env: WorkflowEnvironment) -> WorkflowEnvironment:
    """The time-skipping server."""
    return time_skipping_env


@pytest.fixture
async def fakes(env: WorkflowEnvironment) -> AsyncIterator[FakeActivities]:
    """Fake activities, with running workers."""
    fakes = FakeActivities()
    async with running_workers(fakes, env.client):
        yield fakes
