"""`slack` and `workspace`: the Slack workspace simulator, and somebody's hands in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from localdev.slack.client import WorkspaceClient
    from localdev.slack.server import SlackSimulator


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A Slack workspace of its own, with the demo's people and channels; `api_url` is for SLACK_API_URL."""
    from localdev.slack import seed
    from localdev.slack.server import SlackSimulator

    async with SlackSimulator(seed.demo(), port=0) as simulator:
        yield simulator


@pytest_asyncio.fixture
async def workspace(slack: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    """A client of the workspace's control API: click, type, read a channel as one of its people."""
    from localdev.slack.client import WorkspaceClient

    async with WorkspaceClient(slack.url) as client:
        yield client
