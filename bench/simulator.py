"""`python -m bench.simulator`: the Slack simulator itself, lest it be measured instead of the product."""

import argparse
import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.harness.processes import python
from bench.harness.runner import run
from bench.reports.report import Cell, Goal, Grid, Report, say
from localdev.processes.memory import resident_mb
from localdev.processes.ports import free_port
from localdev.processes.probes import answers
from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.interactivity.interactions import Press
from localdev.slack.server import SlackSimulator

APP = seed.demo().app
CHANNEL, ALICE = "C0APPROVE", "U0ALICE01"
CLICKS = 400
MESSAGES = 10_000
LONG, SHORT = 2_000, 50
MOST_OPENING = 3.0
"""How many times as long a conversation of 2,000 messages may take to open as one of 50."""
BLOCKS: list[dict[str, object]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "Order 1042 needs approval"}},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": f"*Field {n}*\nwords"} for n in range(6)]},
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
    },
]


async def measure(_: argparse.Namespace, folder: Path) -> Report:
    """Envelopes, memory, and the page."""
    say("simulator: envelopes to ack")
    bare = await _echoes()
    alone, many = await _clicks(1), await _clicks(20)
    say(f"simulator: memory with {MESSAGES:,} messages")
    empty, full = await _memory(folder)
    say(f"simulator: a conversation of {LONG:,} messages in the browser")
    short, long = await _opening(SHORT), await _opening(LONG)
    rows: tuple[tuple[Cell, ...], ...] = (
        ("echo over a bare websocket", bare, 1.0),
        ("click to ack, one at a time", alone, bare / alone),
        ("click to ack, 20 at once", many, bare / many),
    )
    pages: tuple[tuple[Cell, ...], ...] = ((SHORT, short), (LONG, long))
    goals = (
        () if short is None or long is None else (Goal("2,000 to 50", long / short, MOST_OPENING, "times"),)
    )
    return Report(
        "simulator",
        (
            Grid(
                "Envelopes through one socket, Bolt acking",
                ("what", "a second", "bare echoes in that time"),
                rows,
            ),
            Grid("Memory", ("messages", "resident MB"), ((0, empty), (MESSAGES, full))),
            Grid("From navigation to the newest message drawn", ("messages", "s (median of 5)"), pages),
        ),
        goals,
        (
            "click to ack: payload made, sent, heard by Bolt's AsyncApp in the same process, acked, matched",
            "opening needs Chromium and Playwright; no figure without them",
        ),
    )


@contextlib.asynccontextmanager
async def _bolt(slack: SlackSimulator) -> AsyncIterator[None]:
    app = AsyncApp(client=AsyncWebClient(APP.bot_token, base_url=slack.api_url, retry_handlers=[]))

    @app.action("go")
    async def go(ack) -> None:  # type: ignore[no-untyped-def]
        await ack()

    handler = AsyncSocketModeHandler(app, APP.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    async with WorkspaceClient(slack.url) as people:
        await people.wait_for_connections(1)
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _clicks(at_once: int) -> float:
    """How many clicks a second are acked; all of them must be."""
    async with SlackSimulator(seed.demo()) as slack, _bolt(slack):
        client = AsyncWebClient(APP.bot_token, base_url=slack.api_url)
        ts = str((await client.chat_postMessage(channel=CHANNEL, text="card", blocks=BLOCKS))["ts"])
        gate = asyncio.Semaphore(at_once)

        async def click() -> None:
            async with gate:
                result = await slack.interactions.click(ALICE, CHANNEL, ts, Press("go"))
                if not result.acked:
                    raise RuntimeError(f"a click came to nothing: {result.error}")

        await click()  # Bolt asks who it is at the first one
        began = time.perf_counter()
        await asyncio.gather(*(click() for _ in range(CLICKS)))
        return CLICKS / (time.perf_counter() - began)


async def _echoes() -> float:
    """Round trips a second of a small text over a websocket with nothing behind it."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.add_routes([web.get("/", echo)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as http, http.ws_connect(f"http://127.0.0.1:{port}/") as socket:
            began = time.perf_counter()
            for _ in range(CLICKS):
                await socket.send_str("x" * 200)
                await socket.receive_str()
            return CLICKS / (time.perf_counter() - began)
    finally:
        await runner.cleanup()


async def _memory(folder: Path) -> tuple[int | None, int | None]:
    """Resident MB of a simulator of its own, empty and with many messages, kept on disk too."""
    port = free_port()
    argv = ("localdev.slack", "--port", str(port), "--state", str(folder / "slack.db"))
    async with python(*argv, log=folder / "slack.log", ready=answers(port, "/healthz")) as process:
        client = AsyncWebClient(APP.bot_token, base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
        empty = resident_mb(process.pid)
        gate = asyncio.Semaphore(20)

        async def post() -> None:
            async with gate:
                await client.chat_postMessage(channel=CHANNEL, text="Order 1042", blocks=BLOCKS)

        await asyncio.gather(*(post() for _ in range(MESSAGES)))
        return empty, resident_mb(process.pid)


async def _opening(messages: int) -> float | None:
    """Seconds until the newest of so many messages is drawn; None without a browser."""
    chromium = shutil.which("chromium")
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    async with SlackSimulator(seed.demo()) as slack, async_playwright() as playwright:
        for n in range(messages):
            slack.people.post(ALICE, CHANNEL, f"message {n} of *many*")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        times = []
        for _ in range(5):
            page = await browser.new_page()
            began = time.perf_counter()
            await page.goto(slack.url)
            await page.get_by_text(f"message {messages - 1} of").wait_for()
            times.append(time.perf_counter() - began)
            await page.close()
        await browser.close()
        return median(times)


if __name__ == "__main__":
    run(__doc__, measure)
