"""The Events API: subscribed events are sent, and sent again if they are not acked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APP_TOKEN, APPROVALS, BOB, BOT, GENERAL, Json


class Listener:
    """A websocket that records what it receives, and acks or not."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.acks = True

    async def next(self) -> Json:
        """Return the next envelope."""
        frame: Json = await self.socket.receive_json(timeout=5)
        if self.acks:
            await self.socket.send_json({"envelope_id": frame["envelope_id"]})
        return frame

    async def event(self, kind: str) -> Json:
        """Return the next event of a type, and ignore others before it."""
        while True:
            event: Json = (await self.next())["payload"]["event"]
            if event["type"] == kind:
                return event


@asynccontextmanager
async def listening(slack: SlackSimulator) -> AsyncIterator[Listener]:
    web = AsyncWebClient(base_url=slack.api_url)
    url = (await web.apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield Listener(socket)


async def test_a_message_is_an_event_of_its_kind_of_channel(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    async with listening(full) as app:
        ts = await full_people.post(ALICE, APPROVALS, "hello <&>")
        frame = await app.next()
        assert (frame["type"], frame["accepts_response_payload"]) == ("events_api", False)
        assert (frame["retry_attempt"], frame["retry_reason"]) == (0, "")
        event = frame["payload"]["event"]
        assert event["text"] == "hello &lt;&amp;&gt;"
        shown = {name: event[name] for name in ("type", "user", "channel", "channel_type", "ts", "event_ts")}
        assert shown == {
            "type": "message",
            "user": ALICE,
            "channel": APPROVALS,
            "channel_type": "channel",
            "ts": ts,
            "event_ts": ts,
        }
        direct = await full_people.post(BOB, "countersign", "hi")
        event = await app.event("message")
        assert (event["ts"], event["channel_type"]) == (direct, "im")


async def test_nothing_is_heard_of_channels_without_the_bot(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    async with listening(full) as app:
        await full_people.post(ALICE, GENERAL, "not for the app")
        await full_people.post(ALICE, APPROVALS, "for the app")
        assert (await app.event("message"))["text"] == "for the app"


async def test_edits_and_deletions_carry_what_was_there(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    async with listening(full) as app:
        ts = await full_people.post(ALICE, APPROVALS, "before")
        await app.next()
        await full_people.edit(ALICE, APPROVALS, ts, "after")
        event = await app.event("message")
        assert (event["subtype"], event["hidden"]) == ("message_changed", True)
        assert (event["previous_message"]["text"], event["message"]["text"]) == ("before", "after")
        assert event["message"]["edited"]["user"] == ALICE
        await full_people.delete_message(ALICE, APPROVALS, ts)
        event = await app.event("message")
        assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", ts)
        assert event["previous_message"]["text"] == "after"


async def test_mentions_reactions_members_and_files_are_events(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    async with listening(full) as app:
        ts = await full_people.post(ALICE, APPROVALS, "@countersign look")
        assert (await app.event("app_mention"))["text"] == f"<@{BOT}> look"
        await full_people.react(BOB, APPROVALS, ts, "eyes")
        event = await app.event("reaction_added")
        assert (event["user"], event["reaction"], event["item"]["ts"]) == (BOB, "eyes", ts)
        assert event["item_user"] == ALICE
        await full_people.react(BOB, APPROVALS, ts, "eyes", on=False)
        assert (await app.event("reaction_removed"))["reaction"] == "eyes"
        await full_people.leave(APPROVALS, "bob")
        assert (await app.event("member_left_channel"))["user"] == BOB
        await full_people.join(GENERAL, BOT)
        assert (await app.event("member_joined_channel"))["channel"] == GENERAL


async def test_home_opened_has_the_view_only_after_a_first_publish(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    async with listening(full) as app:
        await full_people.open_home(ALICE)
        event = await app.event("app_home_opened")
        assert (event["user"], event["tab"], "view" in event) == (ALICE, "home", False)
        await full_web.views_publish(user_id=ALICE, view={"type": "home", "blocks": [{"type": "divider"}]})
        await full_people.open_home(ALICE)
        assert (await app.event("app_home_opened"))["view"]["type"] == "home"
        await full_people.open_home(ALICE, "messages")
        event = await app.event("app_home_opened")
        assert (event["tab"], "view" in event) == ("messages", False)


async def test_what_is_not_acked_comes_three_times_more(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    async with listening(full) as app:
        app.acks = False
        await full_people.post(ALICE, APPROVALS, "hello")
        frames = [await app.next() for _ in range(4)]
        await full_people.post(ALICE, APPROVALS, "next")
        after = await app.next()
    attempts = [(frame["retry_attempt"], frame["retry_reason"]) for frame in frames]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert after["payload"]["event"]["text"] == "next"


async def test_what_happens_without_a_connection_is_heard_after_it(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    await full_people.post(ALICE, APPROVALS, "while nobody listened")
    async with listening(full) as app:
        frame = await app.next()
    assert (frame["payload"]["event"]["text"], frame["retry_attempt"] > 0) == ("while nobody listened", True)


async def test_an_app_without_the_event_hears_nothing_but_clicks(
    slack: SlackSimulator, people: WorkspaceClient
) -> None:
    async with listening(slack) as app:
        await people.post(ALICE, APPROVALS, "hello")
        command = asyncio.create_task(people.command(ALICE, APPROVALS, "/order help"))
        assert (await app.next())["type"] == "slash_commands"
        assert (await command).acked


async def test_people_cannot_do_what_slack_would_not_let_them(full_people: WorkspaceClient) -> None:
    ts = await full_people.post(ALICE, APPROVALS, "mine")
    with pytest.raises(ControlError, match="no emoji name"):
        await full_people.react(BOB, APPROVALS, ts, "not an emoji")
    with pytest.raises(ControlError, match="only their own"):
        await full_people.edit(BOB, APPROVALS, ts, "not mine")
