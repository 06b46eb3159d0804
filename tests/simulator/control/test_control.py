"""The control API refuses requests of other sites, and reads and waits for messages."""

import asyncio
import json
import re

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import PAGE, SlackSimulator
from tests.simulator.support import ALICE, APPROVALS, BOB, card, refused


async def test_waiting_for_a_message_sees_edits_too(
    people: WorkspaceClient, web: AsyncWebClient, card_ts: str
) -> None:
    waiting = asyncio.create_task(people.wait_for_message(ALICE, "approvals", contains="ord_2", ts=card_ts))
    await asyncio.sleep(0)
    await web.chat_update(channel=APPROVALS, ts=card_ts, text="Order 1", blocks=card("ord_2"))
    assert (await waiting)["ts"] == card_ts
    with pytest.raises(TimeoutError, match="Order 1"):
        await people.wait_for_message(ALICE, APPROVALS, contains="ord_3", timeout=0.05)
    mark = await people.post(BOB, APPROVALS, "a mark")
    with pytest.raises(TimeoutError):
        await people.wait_for_message(ALICE, APPROVALS, contains="ord_2", since=mark, timeout=0.05)


async def test_what_people_type_is_escaped(people: WorkspaceClient) -> None:
    await people.post(ALICE, APPROVALS, "<!channel> & <b>")
    (message,) = await people.messages(BOB, APPROVALS)
    assert message["text"] == "&lt;!channel&gt; &amp; &lt;b&gt;"


async def test_people_can_do_only_what_they_may(people: WorkspaceClient, web: AsyncWebClient) -> None:
    ts = (await web.chat_postMessage(channel=APPROVALS, text="x"))["ts"]
    await people.leave("approvals", "carol")
    for call, status in (
        (people.messages("nobody", APPROVALS), 404),
        (people.messages(ALICE, "nowhere"), 404),
        (people.messages("carol", APPROVALS), 403),
        (people.delete_message(BOB, APPROVALS, ts), 403),
        (people.click(ALICE, APPROVALS, "1.000000", "a"), 404),
    ):
        with pytest.raises(ControlError) as caught:
            await call
        assert caught.value.status == status
    await people.delete_message(ALICE, APPROVALS, ts)  # alice is an admin
    assert (await refused(web.chat_update(channel=APPROVALS, ts=ts, text="y")))[
        "error"
    ] == "message_not_found"


async def test_the_log_shows_calls_and_frames_but_no_tokens(
    people: WorkspaceClient, web: AsyncWebClient
) -> None:
    await web.chat_postMessage(channel=APPROVALS, text="x")
    (call,) = await people.calls("chat.postMessage")
    assert call["args"] == {"channel": APPROVALS, "text": "x"}
    assert call["answer"]["ok"] is True
    assert "xoxb" not in json.dumps(await people.calls())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
async def test_other_sites_cannot_act(slack: SlackSimulator, headers: dict[str, str], status: int) -> None:
    body = json.dumps({"user": ALICE, "channel": APPROVALS, "text": "hello"})
    all_headers = {"Content-Type": "application/json", **headers}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{slack.url}/control/post", data=body, headers=all_headers) as response,
    ):
        assert response.status == status


async def test_a_body_that_makes_no_sense_is_refused(slack: SlackSimulator) -> None:
    async with aiohttp.ClientSession() as http:
        bodies: list[object] = [[], {"user": ALICE}, {"user": ALICE, "channel": APPROVALS, "text": ""}]
        for body in bodies:
            async with http.post(f"{slack.url}/control/post", json=body) as response:
                assert response.status == 400
                assert (await response.json())["error"]


async def test_the_page_and_all_it_loads_come_from_here(slack: SlackSimulator) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(slack.url) as response:
            page = await response.text()
            policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert loaded
        for path in loaded:
            assert path.startswith("/page/"), path
            async with http.get(slack.url + path) as response:
                assert response.status == 200
        assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page)


async def test_the_stream_tells_of_changes(slack: SlackSimulator, web: AsyncWebClient) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{slack.url}/control/stream") as stream:
        assert (await stream.content.readline()).startswith(b"retry:")
        posted = await web.chat_postMessage(channel=APPROVALS, text="x")
        while True:
            line = (await asyncio.wait_for(stream.content.readline(), 2)).decode()
            if line.startswith("data: ") and (notification := json.loads(line[6:]))["kind"] == "message":
                break
    assert (notification["channel"], notification["ts"]) == (APPROVALS, posted["ts"])


def test_the_page_never_makes_markup_from_text() -> None:
    """The page inserts the words of messages only as text nodes."""
    scripts = list(PAGE.glob("*.js"))
    assert scripts
    for script in scripts:
        forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
        assert not re.search(forbidden, script.read_text()), script.name


def test_the_page_is_light() -> None:
    """The size of all files of the page. Nothing is compressed."""
    assert sum(path.stat().st_size for path in PAGE.iterdir()) < 150_000


def test_every_module_of_the_page_is_there() -> None:
    """There is no build step that would find a missing file."""
    for script in PAGE.glob("*.js"):
        names = re.findall(r'^(?:import|export) .*?from "\./([^"]+)";', script.read_text(), re.MULTILINE)
        assert [name for name in names if not (PAGE / name).exists()] == [], script.name
