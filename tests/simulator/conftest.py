from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import BOT_TOKEN


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A fresh workspace on a free port; acks are waited for half a second instead of three."""
    async with SlackSimulator(seed.demo(), ack_seconds=0.5) as simulator:
        yield simulator


@pytest.fixture
async def people(slack: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    async with WorkspaceClient(slack.url) as client:
        yield client


@pytest.fixture
def web(slack: SlackSimulator) -> AsyncWebClient:
    """The official client with its own retries off, so that each test sees each answer."""
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
