"""Real workflows on the time-skipping server; each test has a server of its own."""

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflows.world import World, running


@pytest.fixture
async def env(time_skipping_env: WorkflowEnvironment) -> WorkflowEnvironment:
    """The time-skipping server."""
    return time_skipping_env


@pytest.fixture
async def world(env: WorkflowEnvironment) -> AsyncIterator[World]:
    """Workers with stand-in activities, running."""
    world = World()
    async with running(world, env.client):
        yield world
