"""The workspace is kept across restarts, and a state file that cannot be used is an error message."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.manifest import install_app
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APPROVALS, BOB, BOT, FULL_MANIFEST, card, web_client


async def start(*arguments: object) -> Process:
    words = [str(argument) for argument in arguments]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "localdev.slack", *words, stdout=PIPE, stderr=PIPE
    )


@asynccontextmanager
async def running(state: Path) -> AsyncIterator[tuple[Process, str]]:
    """Run a simulator as a process; yield the process and its URL."""
    process = await start("--port", 0, "--state", state)
    assert process.stderr is not None
    line = (await asyncio.wait_for(process.stderr.readline(), 10)).decode()
    try:
        yield process, line.split()[-1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_kill_9_loses_nothing(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "slack.db"
    async with running(state) as (process, url):
        web = web_client(f"{url}/api/")
        metadata = {"event_type": "countersign", "event_payload": {"key": "k1"}}
        posted = await web.chat_postMessage(
            channel=APPROVALS, text="Order 1", blocks=card(), metadata=metadata
        )
        gone = await web.chat_postMessage(channel=APPROVALS, text="gone")
        await web.chat_delete(channel=APPROVALS, ts=gone["ts"])
        await web.chat_postMessage(channel=APPROVALS, text="reply", thread_ts=posted["ts"])
        await web.chat_postEphemeral(channel=APPROVALS, user=ALICE, text="psst")
        await web.chat_postMessage(channel=ALICE, text="for you")
        async with WorkspaceClient(url) as people:
            await people.leave("order-updates", BOT)
        process.kill()
        await process.wait()
    async with (
        SlackSimulator(seed.demo(), state=state) as slack,
        WorkspaceClient(slack.url) as people,
    ):
        web = web_client(slack.api_url)
        history = await web.conversations_history(channel=APPROVALS, include_all_metadata=True)
        (message,) = history["messages"]
        assert (message["ts"], message["blocks"]) == (posted["ts"], posted["message"]["blocks"])
        assert message["metadata"] == metadata
        assert message["reply_count"] == 1
        assert (await people.messages(ALICE, "countersign"))[0]["text"] == "for you"
        assert BOT not in slack.workspace.channels["C0UPDATES"].members
        later = await web.chat_postMessage(channel=APPROVALS, text="later")
        assert later["ts"] > posted["ts"]


async def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    async with running(tmp_path / "slack.db") as (process, _):
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 5) == 0


async def test_what_cannot_be_started_says_why(tmp_path: Path) -> None:
    state = tmp_path / "slack.db"
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is no database" * 100)
    async with SlackSimulator(seed.demo(), state=state) as slack:
        port = slack.url.rsplit(":", 1)[1]
        for arguments, sentence in {
            ("--port", port): f"Cannot listen on 127.0.0.1:{port}",
            ("--port", "0", "--state", state): "is in use by another simulator",
            ("--port", "0", "--state", damaged): "is damaged",
            ("--port", "0", "--state", tmp_path): "cannot be opened",
        }.items():
            process = await start(*arguments)
            _, said = await asyncio.wait_for(process.communicate(), 10)
            assert process.returncode == 1
            assert sentence in said.decode()
            assert "Traceback" not in said.decode()


async def test_homes_files_reactions_and_what_was_read_outlive_it_too(tmp_path: Path) -> None:
    """Modals and ephemeral messages are not kept, since Slack's clients forget them at a reload."""
    state = tmp_path / "slack.db"
    workspace = install_app(seed.demo(), FULL_MANIFEST)
    async with SlackSimulator(workspace, state=state) as slack, WorkspaceClient(slack.url) as people:
        web = web_client(slack.api_url)
        home = {"type": "home", "blocks": card()}
        view = (await web.views_publish(user_id=ALICE, view=home))["view"]
        uploaded = await web.files_upload_v2(channel=APPROVALS, content=b"words", filename="a.txt")
        ts = (await people.wait_for_message(ALICE, APPROVALS, contains=""))["ts"]
        await people.react(ALICE, APPROVALS, ts, "eyes")
        await people.mark_read(ALICE, APPROVALS)
    async with SlackSimulator(workspace, state=state) as slack, WorkspaceClient(slack.url) as people:
        home_after = (await people.views(ALICE))["home"]
        assert (home_after["id"], home_after["hash"]) == (view["id"], view["hash"])
        (message,) = await people.messages(ALICE, APPROVALS)
        assert message["reactions"] == [{"name": "eyes", "users": [ALICE], "count": 1}]
        assert slack.workspace.files.content(uploaded["files"][0]["id"]) == b"words"
        assert await people.unread(ALICE) == {}
        assert list(await people.unread(BOB)) == [APPROVALS]
