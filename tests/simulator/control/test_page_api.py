"""The requests of the page to the control API: pages of messages, suggestions, the traffic log."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APPROVALS, BOB, Ack, Json, connected, new_app


async def control(slack: SlackSimulator, path: str, body: Json | None = None) -> Json:
    """Send a request as the page does."""
    async with aiohttp.ClientSession() as http:
        url = f"{slack.url}/control/{path}"
        response = await (http.get(url) if body is None else http.post(url, json=body))
        return dict(await response.json())


async def test_messages_come_in_pages_from_the_newest_back(
    full: SlackSimulator, full_web: AsyncWebClient
) -> None:
    for n in range(5):
        await full_web.chat_postMessage(channel=APPROVALS, text=str(n))
    where = {"user": ALICE, "channel": APPROVALS, "limit": 2}
    seen: list[list[str]] = []
    before = None
    while True:
        page = await control(full, "messages", where | {"before": before})
        seen.append([message["text"] for message in page["messages"]])
        before = page["messages"][0]["ts"]
        if not page["has_more"]:
            break
    assert seen == [["3", "4"], ["1", "2"], ["0"]]


async def test_one_message_is_what_its_reader_sees(full: SlackSimulator, full_web: AsyncWebClient) -> None:
    answer = await full_web.chat_postEphemeral(channel=APPROVALS, user=ALICE, text="psst")
    what = {"channel": APPROVALS, "ts": answer["message_ts"]}
    assert (await control(full, "message", {"user": ALICE, **what}))["message"]["is_ephemeral"]
    assert (await control(full, "message", {"user": BOB, **what}))["message"] is None


async def test_typed_names_and_addresses_become_references(full_people: WorkspaceClient) -> None:
    text = "@bob see #approvals, @here @finance https://x.example/a?b=1&c. me@bob.example @nobody"
    await full_people.post(ALICE, APPROVALS, text)
    (message,) = await full_people.messages(BOB, APPROVALS)
    assert message["text"] == (
        "<@U0BOB0001> see <#C0APPROVE|approvals>, <!here> <!subteam^S0FINANCE|@finance> "
        "<https://x.example/a?b=1&amp;c>. me@bob.example @nobody"
    )


async def test_a_command_that_escapes_gets_references(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    app = new_app(full)

    @app.command("/echo")
    async def echo(ack: Ack, command: Json) -> None:
        await ack(command["text"])

    @app.command("/order")
    async def order(ack: Ack, command: Json) -> None:
        await ack(command["text"])

    async with connected(app, full_people):
        escaped = await full_people.command(ALICE, APPROVALS, "/echo ask @bob")
        raw = await full_people.command(ALICE, APPROVALS, "/order ask @bob")
    assert escaped.response == {"text": "ask <@U0BOB0001>"}
    assert raw.response == {"text": "ask @bob"}


async def test_an_external_menu_offers_what_the_app_answers(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    app, chosen = new_app(full), []

    @app.options("find")
    async def offer(ack: Ack, payload: Json) -> None:
        name = payload["value"]
        await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name}] if name else [{}])

    @app.action("find")
    async def choose(ack: Ack, action: Json) -> None:
        chosen.append(action["selected_option"]["value"])
        await ack()

    menu = {"type": "external_select", "action_id": "find", "min_query_length": 1}
    blocks = [{"type": "actions", "block_id": "b", "elements": [menu]}]
    ts = (await full_web.chat_postMessage(channel=APPROVALS, text="find", blocks=blocks))["ts"]
    where = {"user": ALICE, "channel": APPROVALS, "ts": ts, "block_id": "b", "action_id": "find"}
    async with connected(app, full_people):
        with pytest.raises(ControlError, match="no option"):
            await full_people.click(ALICE, APPROVALS, ts, "find", value="red")
        offered = await control(full, "suggest", {**where, "value": "red"})
        assert [option["value"] for option in offered["options"]] == ["red"]
        assert (await full_people.click(ALICE, APPROVALS, ts, "find", value="red")).acked
        wrong = await control(full, "suggest", {**where, "value": ""})
        assert "missing required field" in wrong["error"]
    assert chosen == ["red"]


async def test_the_log_is_read_as_it_grows(full: SlackSimulator, full_web: AsyncWebClient) -> None:
    start = (await control(full, "traffic"))["next"]
    await full_web.auth_test()
    await full_web.chat_postMessage(channel=APPROVALS, text="hi")
    grown = await control(full, f"traffic?after={start}")
    assert [entry["method"] for entry in grown["entries"]] == ["auth.test", "chat.postMessage"]
    assert all(entry["ms"] >= 0 for entry in grown["entries"])
    assert (await control(full, f"traffic?after={grown['next']}"))["entries"] == []
    assert "whole number" in (await control(full, "traffic?after=x"))["error"]


async def test_the_workspace_shows_settings_and_no_tokens(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    await full_people.rate_limits(enabled=True, scale=2)
    await full_people.revoke("app")
    shown = await control(full, "workspace")
    assert shown["rate_limits"] == {"enabled": True, "scale": 2}
    assert shown["tokens"] == {"bot_revoked": False, "app_revoked": True}
    assert shown["app"]["home_tab"]
    assert "xoxb" not in str(shown)
    assert "xapp" not in str(shown)


async def test_an_archived_channel_takes_no_words(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    created = await control(full, "channel", {"user": ALICE, "name": "project-x", "private": True})
    channel = created["channel"]["id"]
    await full_people.join(channel, "countersign")
    assert (await full_web.chat_postMessage(channel=channel, text="hi"))["ok"]
    await control(full, "archive", {"user": ALICE, "channel": channel, "archived": True})
    with pytest.raises(ControlError, match="archived"):
        await full_people.post(ALICE, channel, "too late")
    again = await control(full, "channel", {"user": ALICE, "name": "project-x"})
    assert "already" in again["error"]
