"""Another program that uses the app's token is reported; our own bots never are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.socket_mode.connection import Hello
from bot.socket_mode.replicas import Replicas
from bot.socket_mode.timings import ReplicaTimings
from db.pool import Pool
from db.slack.bot_sessions import PostgresBotSessionStore
from localdev.slack.client import WorkspaceClient
from orchestration.ports.slack_messages import BotSession
from orchestration.process.health import ReadyWithWarning
from tests.slack.bots import QUICK, Bot, running_bot
from tests.slack.process import APP_TOKEN

FAST = ReplicaTimings(heartbeat_interval=0.1, check_interval=0.3, recheck_interval=0.1, confirmations=3)
SILENCE = timedelta(seconds=2)


@pytest.fixture
def store(pool: Pool) -> PostgresBotSessionStore:
    return PostgresBotSessionStore(pool, SILENCE)


@asynccontextmanager
async def replica(
    web: AsyncWebClient,
    workspace: WorkspaceClient,
    store: PostgresBotSessionStore,
    name: str,
    number: int = 1,
) -> AsyncIterator[tuple[Bot, Replicas]]:
    """A bot that registers itself, and looks around all the time."""
    replicas = Replicas(store, name, FAST)

    async def connected(_: int) -> None:
        await workspace.wait_for_connections(number)

    stop = asyncio.Event()
    beating = asyncio.create_task(replicas.run(stop))
    try:
        async with running_bot(web, connected, timings=QUICK, observer=replicas) as bot:
            yield bot, replicas
    finally:
        stop.set()
        await beating
        await replicas.end()


@asynccontextmanager
async def foreigner(web: AsyncWebClient) -> AsyncIterator[None]:
    """Somebody else's program with the same token, on slack_sdk alone."""
    client = SocketModeClient(APP_TOKEN, web_client=web)
    await client.connect()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def looks(workspace: WorkspaceClient, times: int) -> None:
    """Wait until our bots have opened so many connections more."""
    before = len(await workspace.calls("apps.connections.open"))
    async with asyncio.timeout(20):
        while len(await workspace.calls("apps.connections.open")) < before + times:
            await asyncio.sleep(0.05)


async def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


async def test_a_foreign_consumer_is_said_loudly_and_its_end_too(
    web: AsyncWebClient, workspace: WorkspaceClient, store: PostgresBotSessionStore
) -> None:
    """In the log with what to do and who is ours, and in /readyz, though the bot stays ready."""
    with capture_logs() as logs:
        async with replica(web, workspace, store, "host-a:1") as (_, replicas):
            async with foreigner(web):
                await until(lambda: replicas.foreign == 1)
                with pytest.raises(ReadyWithWarning, match="1 connections of this app are not ours"):
                    await replicas.check()
            await until(lambda: replicas.foreign == 0)
            await replicas.check()
    [first, *_] = [line for line in logs if line["log_level"] == "error"]
    assert "another program uses this app's token" in first["event"]
    assert "revoke the app-level token" in first["event"]
    assert first["ours"] == ["host-a:1 (2)"]
    assert [line for line in logs if "is ours again" in line["event"]]


async def test_many_bots_of_ours_raise_no_alarm(
    web: AsyncWebClient, workspace: WorkspaceClient, store: PostgresBotSessionStore
) -> None:
    """Started at once, asked by Slack to reconnect again and again, while each looks all the time."""
    with capture_logs() as logs:
        async with AsyncExitStack() as stack:
            ours = [replica(web, workspace, store, f"host-{n}:1", 3) for n in range(3)]
            started = await asyncio.gather(*(stack.enter_async_context(each) for each in ours))
            for _ in range(5):
                await workspace.disconnect("refresh_requested")
                await looks(workspace, 6)
            assert [replicas.foreign for _, replicas in started] == [0, 0, 0]
    assert [line for line in logs if line["log_level"] == "error"] == []


async def test_a_killed_bot_raises_no_alarm(
    web: AsyncWebClient, workspace: WorkspaceClient, store: PostgresBotSessionStore, pool: Pool
) -> None:
    """Its connection is gone at once, its row only after a while."""
    await store.beat(BotSession("killed", "host-b:1", 1, "A0APP0001"))
    async with replica(web, workspace, store, "host-a:1") as (_, replicas):
        async with asyncio.timeout(20):
            while await pool.fetchval("SELECT count(*) FROM bot_sessions WHERE session_id = 'killed'"):
                await looks(workspace, 1)
        await looks(workspace, 3)
        assert replicas.foreign == 0
    assert await pool.fetchval("SELECT count(*) FROM bot_sessions") == 0


async def test_a_connection_that_slack_counts_for_a_moment_longer_is_no_alarm(
    web: AsyncWebClient, workspace: WorkspaceClient, store: PostgresBotSessionStore
) -> None:
    """A suspicion has to last: two greetings too high, and the third is right again."""
    replicas = Replicas(store, "host-a:1", FAST)
    await replicas.connecting(1)
    for connections in (2, 2, 1, 2, 2, 1):
        await replicas.connected(Hello(connections, "A0APP0001"))
    assert replicas.foreign == 0
    for _ in range(3):
        await replicas.connected(Hello(3, "A0APP0001"))
    assert replicas.foreign == 2


class BrokenStore:
    """The database is away."""

    async def beat(self, session: BotSession) -> None:
        raise OSError("connection refused")

    async def live(self, app_id: str | None) -> tuple[BotSession, ...]:
        raise OSError("connection refused")

    async def end(self, session_id: str) -> None:
        await asyncio.Event().wait()


async def test_without_a_database_nothing_is_said_and_nothing_is_held_up() -> None:
    """The check is skipped, the next one comes soon; the sockets work on."""
    replicas = Replicas(
        BrokenStore(), "host-a:1", ReplicaTimings(recheck_interval=0.0, database_timeout=0.05)
    )
    stop = asyncio.Event()
    beating = asyncio.create_task(replicas.run(stop))
    with capture_logs() as logs:
        for _ in range(5):
            await replicas.connecting(1)
            await replicas.connected(Hello(9, "A0APP0001"))
            await replicas.disconnected(1)
        assert replicas.wants_reconnect()
        await replicas.check()
        stop.set()
        await beating
        await replicas.end()
    assert {line["log_level"] for line in logs} <= {"debug", "info"}


async def test_clicks_are_acked_while_it_looks(
    web: AsyncWebClient, workspace: WorkspaceClient, store: PostgresBotSessionStore
) -> None:
    """One connection takes the place of another again and again, and no command is lost."""
    async with replica(web, workspace, store, "host-a:1"):
        for _ in range(20):
            assert (await workspace.command("U0ALICE01", "C0APPROVE", "/order help")).acked
            await looks(workspace, 1)
