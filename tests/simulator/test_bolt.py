"""The official Bolt app over a real websocket: clicks, commands, acks, reconnects."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.conftest import ALICE, APP_TOKEN, APPROVALS, BOB, BOT_TOKEN

Ack = Callable[..., Awaitable[None]]


def card(value: str = "ord_1", confirm: bool = False) -> list[dict[str, Any]]:
    text = {"type": "plain_text", "text": "Approve"}
    button = {"type": "button", "action_id": "order_approve", "text": text, "value": value}
    menu = {
        "type": "overflow",
        "action_id": "order_more",
        "options": [
            {"text": {"type": "plain_text", "text": "Hold"}, "value": "hold"},
            {"text": {"type": "plain_text", "text": "Note"}, "value": "note"},
        ],
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Order 1*"}, "accessory": menu},
        {"type": "actions", "block_id": "decide", "elements": [button]},
    ]


def new_app(slack: SlackSimulator) -> AsyncApp:
    return AsyncApp(client=AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[]))


@asynccontextmanager
async def connected(app: AsyncApp, people: WorkspaceClient, n: int = 1) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, APP_TOKEN)
    await handler.connect_async()
    try:
        await people.wait_for_connections(n)
        yield
    finally:
        await handler.close_async()


async def test_a_click_reaches_the_listener_with_slacks_payload(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient
) -> None:
    app = new_app(slack)
    bodies: list[dict[str, Any]] = []

    @app.action("order_approve")
    async def approve(ack: Ack, body: dict[str, Any], respond: Callable[..., Awaitable[Any]]) -> None:
        await ack()
        bodies.append(body)
        await respond(text="Thank you, alice", replace_original=False)

    posted = await web.chat_postMessage(channel=APPROVALS, text="Order 1", blocks=card())
    async with connected(app, people):
        result = await people.click(ALICE, APPROVALS, posted["ts"], "order_approve")
        note = await people.wait_for_message(ALICE, APPROVALS, contains="Thank you, alice")

    assert result.acked
    assert result.error is None
    assert len(result.envelope_ids) == 1
    (body,) = bodies
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": ALICE, "username": "alice", "name": "alice", "team_id": "T0TEAM001"}
    assert body["channel"] == {"id": APPROVALS, "name": "approvals"}
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": APPROVALS,
        "is_ephemeral": False,
    }
    assert body["state"] == {"values": {}}
    assert body["enterprise"] is None
    assert body["message"]["bot_id"] == "B0BOT0001"
    assert body["message"]["blocks"] == posted["message"]["blocks"]
    (action,) = body["actions"]
    seconds, micros = action.pop("action_ts").split(".")
    assert seconds.isdigit()
    assert len(micros) == 6
    assert action == {
        "action_id": "order_approve",
        "block_id": "decide",
        "text": {"type": "plain_text", "text": "Approve", "emoji": True},
        "value": "ord_1",
        "type": "button",
    }
    assert note["is_ephemeral"]
    assert "Thank you" not in str(await people.messages(BOB, APPROVALS))
