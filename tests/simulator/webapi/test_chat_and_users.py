"""The Web API with the official client: forms and JSON, tokens, and Slack's error answers."""

import json
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from localdev.slack.workspace.models import Channel, ChannelKind
from tests.simulator.support import (
    ALICE,
    APP_TOKEN,
    APPROVALS,
    BOB,
    BOT,
    BOT_TOKEN,
    GENERAL,
    Json,
    card,
    refused,
)

BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


async def test_auth_test_says_who_the_bot_is(web: AsyncWebClient) -> None:
    answer = await web.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (BOT, "B0BOT0001")
    assert (answer["team_id"], answer["user"]) == ("T0TEAM001", "countersign")


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-stolen", "auth.test", "invalid_auth"),
        (APP_TOKEN, "chat.postMessage", "not_allowed_token_type"),
        (BOT_TOKEN, "apps.connections.open", "not_allowed_token_type"),
        (BOT_TOKEN, "chat.shout", "unknown_method"),
    ],
)
async def test_tokens_are_checked(slack: SlackSimulator, token: str, method: str, error: str) -> None:
    web = AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])
    assert (await refused(web.api_call(method)))["error"] == error


async def test_a_missing_scope_is_named(slack: SlackSimulator, web: AsyncWebClient) -> None:
    app = slack.workspace.app
    slack.workspace.app = app.model_copy(update={"scopes": frozenset({"commands", "chat:write"})})
    await web.chat_postMessage(channel=APPROVALS, text="allowed")
    answer = await refused(web.users_info(user=ALICE))
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("users:read", "chat:write,commands")


@pytest.mark.parametrize("form", ["json", "form", "form token", "query", "get"])
async def test_every_wire_form_is_read(slack: SlackSimulator, form: str) -> None:
    url = f"{slack.api_url}chat.postMessage"
    args = {"channel": APPROVALS, "text": "hello", "blocks": json.dumps(card())}
    async with aiohttp.ClientSession() as http:
        if form == "json":
            response = await http.post(url, json={**args, "blocks": card()}, headers=BEARER)
        elif form == "form":
            response = await http.post(url, data=args, headers=BEARER)
        elif form == "form token":
            response = await http.post(url, data={**args, "token": BOT_TOKEN})
        elif form == "query":
            response = await http.post(url, params={**args, "token": BOT_TOKEN})
        else:
            response = await http.get(url, params=args, headers=BEARER)
        answer = await response.json()
    assert answer["ok"], answer
    assert answer["message"]["blocks"][1]["block_id"] == "decide"


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{nonsense", "application/json", "invalid_json"),
        (b"[1]", "application/json", "json_not_object"),
        (b"hello", "text/plain", "invalid_post_type"),
        (b'{"token": "xoxb-localdev-countersign"}', "application/json", "not_authed"),
    ],
)
async def test_bad_bodies_are_refused(
    slack: SlackSimulator, body: bytes, content_type: str, error: str
) -> None:
    headers = {"Content-Type": content_type} | ({} if error == "not_authed" else BEARER)
    async with aiohttp.ClientSession() as http:
        response = await http.post(f"{slack.api_url}auth.test", data=body, headers=headers)
        assert response.status == 200
        answer = await response.json()
        assert (answer["ok"], answer["error"]) == (False, error)


async def test_a_posted_message_carries_what_slack_adds(web: AsyncWebClient) -> None:
    metadata = {"event_type": "countersign", "event_payload": {"key": "k1"}}
    answer = await web.chat_postMessage(channel=APPROVALS, text="Order 1", blocks=card(), metadata=metadata)
    message = answer["message"]
    assert {key: message[key] for key in ("user", "bot_id", "app_id", "team", "type", "text")} == {
        "user": BOT,
        "bot_id": "B0BOT0001",
        "app_id": "A0APP0001",
        "team": "T0TEAM001",
        "type": "message",
        "text": "Order 1",
    }
    assert message["ts"] == answer["ts"]
    assert "metadata" not in message
    section, actions = message["blocks"]
    assert section["block_id"]
    assert section["text"] == {"type": "mrkdwn", "text": "*Order 1*", "verbatim": False}
    assert actions["elements"][0]["text"]["emoji"] is True


async def test_timestamps_are_unique_and_growing(web: AsyncWebClient) -> None:
    stamps = [(await web.chat_postMessage(channel=APPROVALS, text=str(n)))["ts"] for n in range(20)]
    assert stamps == sorted(set(stamps))


async def test_posting_is_refused_as_slack_refuses_it(slack: SlackSimulator, web: AsyncWebClient) -> None:
    slack.workspace.save_channel(Channel(id="C0OLD", name="old", members=(ALICE, BOT), is_archived=True))
    slack.workspace.save_channel(
        Channel(id="C0SECRET", name="secret", members=(ALICE,), kind=ChannelKind.PRIVATE)
    )
    metadata: Json = {"event_type": "countersign", "event_payload": "not an object"}
    large: Json = {"event_type": "countersign", "event_payload": {"key": "x" * 20_000}}
    post = web.chat_postMessage
    for error, call in {
        "channel_not_found": post(channel="C0NOWHERE", text="x"),
        "not_in_channel": post(channel=GENERAL, text="x"),
        "is_archived": post(channel="C0OLD", text="x"),
        "no_text": web.api_call("chat.postMessage", json={"channel": APPROVALS}),
        "thread_not_found": post(channel=APPROVALS, text="x", thread_ts="1700000000.000100"),
        "cannot_dm_bot": post(channel=BOT, text="x"),
        "invalid_metadata_format": post(channel=APPROVALS, text="x", metadata=metadata),
        "metadata_too_large": post(channel=APPROVALS, text="x", metadata=large),
        "invalid_arguments": post(channel="", text="x"),
        "invalid_blocks_format": web.api_call(
            "chat.postMessage", data={"channel": APPROVALS, "text": "x", "blocks": "{oops"}
        ),
    }.items():
        assert (await refused(call))["error"] == error
    assert (await refused(post(channel="C0SECRET", text="x")))["error"] == "channel_not_found"


async def test_long_text_is_truncated_on_post_and_refused_on_update(web: AsyncWebClient) -> None:
    posted = await web.chat_postMessage(channel=APPROVALS, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    await web.chat_update(channel=APPROVALS, ts=posted["ts"], text="x" * 4_000)
    answer = await refused(web.chat_update(channel=APPROVALS, ts=posted["ts"], text="x" * 4_001))
    assert answer["error"] == "msg_too_long"


async def test_update_keeps_metadata_and_drops_blocks_with_plain_text(web: AsyncWebClient) -> None:
    metadata = {"event_type": "countersign", "event_payload": {"key": "k1"}}
    posted = await web.chat_postMessage(channel=APPROVALS, text="a", blocks=card(), metadata=metadata)
    ts = posted["ts"]
    with_blocks = await web.chat_update(channel=APPROVALS, ts=ts, text="b", blocks=card("ord_2"))
    assert "edited" not in with_blocks["message"]
    without = await web.chat_update(channel=APPROVALS, ts=ts, text="c")
    assert "blocks" not in without["message"]
    assert without["message"]["edited"]["user"] == BOT
    read = await web.conversations_history(channel=APPROVALS, include_all_metadata=True)
    assert read["messages"][0]["metadata"] == metadata
    await web.chat_update(channel=APPROVALS, ts=ts, text="d", metadata={})
    read = await web.conversations_history(channel=APPROVALS, include_all_metadata=True)
    assert "metadata" not in read["messages"][0]


async def test_update_and_delete_only_what_is_there_and_ones_own(
    web: AsyncWebClient, people: WorkspaceClient
) -> None:
    ts = await people.post(ALICE, APPROVALS, "mine")
    gone = "1700000000.000100"
    for error, call in {
        "cant_update_message": web.chat_update(channel=APPROVALS, ts=ts, text="x"),
        "cant_delete_message": web.chat_delete(channel=APPROVALS, ts=ts),
        "channel_not_found": web.chat_update(channel=ALICE, ts=ts, text="x"),
        "message_not_found": web.chat_update(channel=APPROVALS, ts=gone, text="x"),
    }.items():
        assert (await refused(call))["error"] == error
    posted = await web.chat_postMessage(channel=APPROVALS, text="x")
    await web.chat_delete(channel=APPROVALS, ts=posted["ts"])
    assert (await refused(web.chat_delete(channel=APPROVALS, ts=posted["ts"])))[
        "error"
    ] == "message_not_found"


async def test_an_ephemeral_is_for_one_person_only(web: AsyncWebClient, people: WorkspaceClient) -> None:
    shown = await web.chat_postEphemeral(channel=APPROVALS, user=ALICE, text="psst")
    (seen,) = await people.messages(ALICE, APPROVALS)
    assert (seen["ts"], seen["text"], seen["is_ephemeral"]) == (shown["message_ts"], "psst", True)
    assert await people.messages(BOB, APPROVALS) == []
    assert (await web.conversations_history(channel=APPROVALS))["messages"] == []
    update = web.chat_update(channel=APPROVALS, ts=shown["message_ts"], text="x")
    assert (await refused(update))["error"] == "message_not_found"
    await people.leave(APPROVALS, BOB)
    outsider = web.chat_postEphemeral(channel=APPROVALS, user=BOB, text="psst")
    assert (await refused(outsider))["error"] == "user_not_in_channel"


HOSTILE = [
    "\ud800 half of a pair",
    "\x00\x1b[31m",
    "<!channel> <script>alert(1)</script>",
    "🏴‍☠️ \u202e backwards",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_hurts_nobody(tmp_path: Path, text: str) -> None:
    for _ in range(2):  # the second time from the state file
        async with (
            SlackSimulator(seed.demo(), state=tmp_path / "slack.db") as slack,
            aiohttp.ClientSession(headers=BEARER) as http,
        ):
            body = {"channel": APPROVALS, "text": text}
            answer = await (await http.post(f"{slack.api_url}chat.postMessage", json=body)).json()
            assert answer["ok"]
            read = await (
                await http.get(f"{slack.api_url}conversations.history", params={"channel": APPROVALS})
            ).json()
            assert read["messages"][0]["text"] == text.encode(errors="replace").decode()


async def test_deeply_nested_json_is_refused(slack: SlackSimulator) -> None:
    async with aiohttp.ClientSession() as http:
        headers = {**BEARER, "Content-Type": "application/json"}
        nested = "[" * 100_000
        response = await http.post(f"{slack.api_url}auth.test", data=nested, headers=headers)
        assert (await response.json())["error"] == "invalid_json"
