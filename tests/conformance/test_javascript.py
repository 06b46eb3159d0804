"""Slack's official JavaScript clients drive the simulator, as they come from npm."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.manifest import install_app
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APP_TOKEN, APPROVALS, BOT_TOKEN, Json, card

HERE = Path(__file__).parent
MANIFEST = HERE.parent / "simulator" / "manifest.yml"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="no Node.js: apt-get install nodejs npm"),
    pytest.mark.skipif(
        not (HERE / "node_modules").exists(),
        reason="no JavaScript clients: npm ci --prefix tests/conformance",
    ),
]


class Driver:
    """A script in Node that says, line by line, what it saw."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.seen: list[Json] = []

    async def next(self, what: str) -> Json:
        """The next line of that kind; those before it are kept in `seen`."""
        assert self._process.stdout is not None
        async with asyncio.timeout(20):
            while line := await self._process.stdout.readline():
                self.seen.append(json.loads(line))
                if self.seen[-1]["what"] == what:
                    return self.seen[-1]
        raise AssertionError(f"it ended without {what}: {self.seen}")

    async def rest(self) -> None:
        """Read on to the end; the script must end well."""
        out, err = await asyncio.wait_for(self._process.communicate(b""), 20)  # the end of its input
        self.seen += [json.loads(line) for line in out.splitlines()]
        assert self._process.returncode == 0, err.decode()


@asynccontextmanager
async def driver(slack: SlackSimulator, script: str) -> AsyncIterator[Driver]:
    """A script at work; it ends when its input does."""
    assert NODE is not None
    settings = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(HERE / script),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **settings},
    )
    running = Driver(process)
    try:
        yield running
        await running.rest()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    workspace = install_app(seed.demo(), MANIFEST)
    async with SlackSimulator(workspace, event_retry_seconds=(0, 0.1, 0.1)) as simulator:
        yield simulator


@pytest.fixture
async def people(slack: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    async with WorkspaceClient(slack.url) as client:
        yield client


async def test_web_api(slack: SlackSimulator, people: WorkspaceClient) -> None:
    await people.add_fault(kind="rate_limited", method="chat.update", retry_after=1)
    async with driver(slack, "web_api.mjs") as node:
        await node.rest()
    said = {line["what"]: line for line in node.seen if line["what"] != "refused"}
    assert said["auth"]["user_id"] == "U0BOTUSER"
    assert said["pages"]["pages"] == [["page 4", "page 3"], ["page 2", "page 1"], ["page 0"]]
    (message,) = said["history"]["messages"]
    assert (message["text"], message["metadata"]["event_payload"]) == ("changed", {"key": "one"})
    assert message["reactions"][0]["name"] == "eyes"
    assert (said["upload"]["ok"], said["home"]["type"], said["person"]["id"]) == (True, "home", "U0BOB0001")
    assert len(await people.calls("chat.update")) == 2, "the client waited as it was told, and tried again"
    assert await people.wait_for_message(ALICE, APPROVALS, contains="psst")
    refused = {line["about"]: line["data"] for line in node.seen if line["what"] == "refused"}
    assert {about: data["error"] for about, data in refused.items()} == {
        "blocks": "invalid_blocks",
        "channel": "channel_not_found",
        "method": "unknown_method",
        "token": "invalid_auth",
    }
    (why,) = refused["blocks"]["response_metadata"]["messages"]
    assert why.endswith("[json-pointer:/blocks/0/text/text]")


async def test_socket_mode(slack: SlackSimulator, people: WorkspaceClient) -> None:
    async with driver(slack, "socket_mode.mjs") as node:
        await node.next("started")
        first = await people.command(ALICE, APPROVALS, "/order one")
        assert (first.acked, first.response) == (True, {"text": "heard one"})
        await people.disconnect("refresh_requested")
        await node.next("connected")
        await people.wait_for_connections(1)
        assert (await people.command(ALICE, APPROVALS, "/order two")).acked
        await people.cut()
        await node.next("connected")
        await people.wait_for_connections(1)
        assert (await people.command(ALICE, APPROVALS, "/order three")).acked


async def test_bolt(slack: SlackSimulator, people: WorkspaceClient) -> None:
    web = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
    async with driver(slack, "bolt.mjs") as node:
        await node.next("started")
        assert (await people.command(ALICE, APPROVALS, "/order one")).response == {"text": "heard one"}
        ts = (await web.chat_postMessage(channel=APPROVALS, text="card", blocks=card()))["ts"]
        assert (await people.click(ALICE, APPROVALS, ts, "order_approve")).acked
        assert (await people.wait_for_message(ALICE, APPROVALS, contains="answered"))["is_ephemeral"]
        view = await people.wait_for_view(ALICE, contains="Why?", kind="modal")
        wrong = await people.submit_view(ALICE, view["id"], {"why": {"typed": "no"}})
        assert wrong.errors == {"why": "Say more."}
        right = await people.submit_view(ALICE, view["id"], {"why": {"typed": "because"}})
        assert (right.closed, right.errors) == (True, None)
        await people.open_home(ALICE)
        await people.wait_for_view(ALICE, contains="At home", kind="home")
        await people.post(ALICE, APPROVALS, "hello")
        while (await node.next("message"))["text"] != "hello":
            pass
