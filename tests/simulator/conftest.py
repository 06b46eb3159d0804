from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.manifest import install_app
from localdev.slack.server import SlackSimulator
from tests.simulator.support import APPROVALS, FULL_MANIFEST, card, web_client


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A new workspace on a free port, which waits half a second for acks instead of three."""
    async with SlackSimulator(seed.demo(), ack_seconds=0.5) as simulator:
        yield simulator


@pytest.fixture
async def people(slack: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    async with WorkspaceClient(slack.url) as client:
        yield client


@pytest.fixture
def web(slack: SlackSimulator) -> AsyncWebClient:
    return web_client(slack.api_url)


@pytest.fixture
async def card_ts(web: AsyncWebClient) -> str:
    """The `ts` of a card that was posted to the approvals channel."""
    return str((await web.chat_postMessage(channel=APPROVALS, text="Order 1", blocks=card()))["ts"])


@pytest.fixture
async def full() -> AsyncIterator[SlackSimulator]:
    """A workspace whose app has every scope, event and tab. Events are repeated almost at once."""
    workspace = install_app(seed.demo(), FULL_MANIFEST)
    async with SlackSimulator(workspace, ack_seconds=0.5, event_retry_seconds=(0, 0.05, 0.1)) as simulator:
        yield simulator


@pytest.fixture
async def full_people(full: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    async with WorkspaceClient(full.url) as client:
        yield client


@pytest.fixture
def full_web(full: SlackSimulator) -> AsyncWebClient:
    return web_client(full.api_url)
