from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages.activities import SlackActivities
from bot.web_api.client import build_client
from db.pool import Pool, open_pool
from db.slack.rate_limit_queue import PostgresRateLimitQueue
from db.slack.slack_messages import PostgresMessageStore
from db.stores.delegations import PostgresDelegationStore
from localdev.slack.server import SlackSimulator
from tests.slack.people import BOT, CHANNEL
from tests.slack.process import BOT_TOKEN


@pytest.fixture
def web(slack: SlackSimulator) -> AsyncWebClient:
    """The client as the bot makes it."""
    return build_client(BOT_TOKEN, slack.api_url)


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections to a database of this test's own."""
    async with await open_pool(database_url, "test") as opened:
        yield opened


@pytest.fixture
def messages(pool: Pool) -> PostgresMessageStore:
    """The real one."""
    return PostgresMessageStore(pool)


@pytest.fixture
def activities(web: AsyncWebClient, messages: PostgresMessageStore, pool: Pool) -> SlackActivities:
    """Made as the bot makes them."""
    return SlackActivities(
        web, messages, CHANNEL, BOT, PostgresDelegationStore(pool), queue=PostgresRateLimitQueue(pool)
    )
