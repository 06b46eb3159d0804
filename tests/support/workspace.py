"""The fixtures `slack` and `workspace`: the Slack simulator, and a client that acts as its users."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from localdev.slack.client import WorkspaceClient
    from localdev.slack.server import SlackSimulator


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A simulated Slack workspace with the demo's users and channels; `api_url` is for SLACK_API_URL."""
    from localdev.slack import seed
    from localdev.slack.server import SlackSimulator

    async with SlackSimulator(seed.demo(), port=0) as simulator:
        yield simulator


@pytest_asyncio.fixture
async def workspace(slack: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    """A client of the simulator's control API: clicks, types and reads channels as one of the users."""
    from localdev.slack.client import WorkspaceClient

    async with WorkspaceClient(slack.url) as client:
        yield client
