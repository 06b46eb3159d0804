"""Every frame has exactly the fields that Slack sends."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APP_TOKEN, APPROVALS, Json, card

# Merged from Slack's reference (Socket Mode, interaction payloads, app_home_opened) and its clients' tests.
ENVELOPE = "accepts_response_payload envelope_id payload type"
COMMAND = """api_app_id channel_id channel_name command is_enterprise_install response_url team_domain team_id
    text token trigger_id user_id user_name"""
CLICK = "actions api_app_id container enterprise is_enterprise_install team token trigger_id type user"
IN_MESSAGE = "channel message response_url state"
MESSAGE = "app_id blocks bot_id team text ts type user"
ACTION = "action_id action_ts block_id text type"
VIEW = """app_id app_installed_team_id blocks bot_id callback_id clear_on_close close external_id hash id
    notify_on_close previous_view_id private_metadata root_view_id state submit team_id title type"""
SUBMISSION = "api_app_id enterprise is_enterprise_install response_urls team token trigger_id type user view"
CLOSED = "api_app_id enterprise is_cleared is_enterprise_install team token type user view"
EVENT = """api_app_id authorizations event event_context event_id event_time is_ext_shared_channel team_id
    token type"""
AUTHORIZATION = "enterprise_id is_bot is_enterprise_install team_id user_id"


def same(found: Json, *fields: str) -> None:
    assert sorted(found) == sorted(" ".join(fields).split())


@pytest.fixture
async def socket(full: SlackSimulator) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    web = AsyncWebClient(base_url=full.api_url, retry_handlers=[])
    url = str((await web.apps_connections_open(app_token=APP_TOKEN))["url"])
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as opened:
        hello = await opened.receive_json(timeout=2)
        same(hello, "type num_connections debug_info connection_info")
        same(hello["debug_info"], "host build_number approximate_connection_time")
        yield opened


async def receive(socket: aiohttp.ClientWebSocketResponse, kind: str, more: str = "") -> Json:
    """Receive and ack the next envelope; return the payload."""
    envelope = await socket.receive_json(timeout=2)
    assert envelope["type"] == kind
    same(envelope, ENVELOPE, more)
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return dict(envelope["payload"])


async def test_a_slash_command(full_people: WorkspaceClient, socket: aiohttp.ClientWebSocketResponse) -> None:
    typing = asyncio.create_task(full_people.command(ALICE, APPROVALS, "/order help"))
    same(await receive(socket, "slash_commands"), COMMAND)
    assert (await typing).acked


async def test_a_click_in_a_message(
    full_people: WorkspaceClient, full_web: AsyncWebClient, socket: aiohttp.ClientWebSocketResponse
) -> None:
    ts = str((await full_web.chat_postMessage(channel=APPROVALS, text="x", blocks=card()))["ts"])
    same(await receive(socket, "events_api", "retry_attempt retry_reason"), EVENT)
    clicking = asyncio.create_task(full_people.click(ALICE, APPROVALS, ts, "order_approve"))
    payload = await receive(socket, "interactive")
    assert (await clicking).acked
    same(payload, CLICK, IN_MESSAGE)
    same(payload["container"], "type message_ts channel_id is_ephemeral")
    same(payload["message"], MESSAGE)
    same(payload["user"], "id username name team_id")
    same(payload["team"], "id domain")
    (action,) = payload["actions"]
    same(action, ACTION, "value")


async def test_home_opened_and_a_click_there(
    full_people: WorkspaceClient, full_web: AsyncWebClient, socket: aiohttp.ClientWebSocketResponse
) -> None:
    await full_web.views_publish(user_id=ALICE, view={"type": "home", "blocks": card()})
    opening = asyncio.create_task(full_people.open_home(ALICE))
    payload = await receive(socket, "events_api", "retry_attempt retry_reason")
    await opening
    same(payload, EVENT)
    same(payload["event"], "type user channel tab view event_ts")
    same(payload["event"]["view"], VIEW)
    for one in payload["authorizations"]:
        same(one, AUTHORIZATION)
    view_id = payload["event"]["view"]["id"]
    clicking = asyncio.create_task(full_people.click_in_view(ALICE, view_id, "order_approve"))
    payload = await receive(socket, "interactive")
    assert (await clicking).acked
    same(payload, CLICK, "view")
    same(payload["container"], "type view_id")
    same(payload["view"], VIEW)


@pytest.mark.parametrize("submit", [True, False], ids=["submitted", "closed"])
async def test_a_modal(
    full: SlackSimulator,
    full_people: WorkspaceClient,
    full_web: AsyncWebClient,
    socket: aiohttp.ClientWebSocketResponse,
    submit: bool,
) -> None:
    text = {"type": "plain_text", "text": "Reason"}
    element = {"type": "plain_text_input", "action_id": "typed"}
    blocks = [{"type": "input", "block_id": "why", "label": text, "element": element}]
    view = {"type": "modal", "title": text, "submit": text, "blocks": blocks, "notify_on_close": True}
    trigger = full.workspace.triggers.new(ALICE)
    view_id = str((await full_web.views_open(trigger_id=trigger, view=view))["view"]["id"])
    if not submit:
        await full_people.close_view(ALICE, view_id)
        payload = await receive(socket, "interactive")
        same(payload, CLOSED)
    else:
        sending = asyncio.create_task(full_people.submit_view(ALICE, view_id, {"why": {"typed": "late"}}))
        payload = await receive(socket, "interactive")
        assert (await sending).acked
        same(payload, SUBMISSION)
        same(payload["view"]["state"]["values"]["why"]["typed"], "type value")
    same(payload["view"], VIEW)
    (block,) = payload["view"]["blocks"]
    same(block, "type block_id label optional dispatch_action element")
    same(block["element"], "type action_id dispatch_action_config")
