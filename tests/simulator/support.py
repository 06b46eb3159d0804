"""Helpers of the simulator's tests: the seed's ids, a card, a connected Bolt app."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator

FULL_MANIFEST = Path(__file__).with_name("manifest.yml")
"""A manifest with every scope, event and tab that the simulator knows."""
BOT_TOKEN = "xoxb-localdev-countersign"
APP_TOKEN = "xapp-1-A0APP0001-localdev"
ALICE, BOB, CAROL, BOT = "U0ALICE01", "U0BOB0001", "U0CAROL01", "U0BOTUSER"
APPROVALS, UPDATES, GENERAL = "C0APPROVE", "C0UPDATES", "C0GENERAL"

Ack = Callable[..., Awaitable[None]]
Json = dict[str, Any]


def card(value: str = "ord_1") -> list[Json]:
    """A section with an overflow menu, and a button."""
    menu = {
        "type": "overflow",
        "action_id": "order_more",
        "options": [
            {"text": {"type": "plain_text", "text": "Hold"}, "value": "hold"},
            {"text": {"type": "plain_text", "text": "Note"}, "value": "note"},
        ],
    }
    text = {"type": "plain_text", "text": "Approve"}
    button = {"type": "button", "action_id": "order_approve", "text": text, "value": value}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Order 1*"}, "accessory": menu},
        {"type": "actions", "block_id": "decide", "elements": [button]},
    ]


def web_client(api_url: str) -> AsyncWebClient:
    """The official client with its own retries off, so that each test sees each answer."""
    return AsyncWebClient(BOT_TOKEN, base_url=api_url, retry_handlers=[])


def new_app(slack: SlackSimulator) -> AsyncApp:
    """Return a Bolt app that uses the simulator. Only its base URL differs from an app for Slack."""
    return AsyncApp(client=web_client(slack.api_url))


@asynccontextmanager
async def connected(
    app: AsyncApp, people: WorkspaceClient, n: int = 1
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app, and wait until `n` connections are open."""
    handler = AsyncSocketModeHandler(app, APP_TOKEN)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await people.wait_for_connections(n)
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def refused(call: Awaitable[Any]) -> Json:
    """Await a call that must fail; return the body of the error answer."""
    with pytest.raises(SlackApiError) as caught:
        await call
    response = caught.value.response
    return dict(response.data) if isinstance(response.data, dict) else dict(response)
