"""The connection is replaced in every situation in which slack_sdk's client would get stuck."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.socket_mode.connection import SocketModeConnection
from bot.socket_mode.runner import NotConnected
from bot.socket_mode.timings import SocketTimings
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.slack.bots import QUICK, Bot, running_bot
from tests.slack.people import ALICE, CHANNEL


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """With a watchdog in a hurry."""
    async with running_bot(web, workspace.wait_for_connections, timings=QUICK) as running:
        yield running


async def works_again(bot: Bot, workspace: WorkspaceClient) -> None:
    """Fail unless a command is answered again soon."""
    async with asyncio.timeout(10):
        while True:
            with suppress(NotConnected):
                await bot.runner.check()
                if (await workspace.command(ALICE, CHANNEL, "/order help")).acked:
                    return
            await asyncio.sleep(0.05)


def link(bot: Bot) -> SocketModeConnection:
    """The socket that it has now."""
    assert bot.runner._connection is not None
    return bot.runner._connection


async def test_it_is_connected_and_says_so(bot: Bot) -> None:
    """For /readyz."""
    await bot.runner.check()


async def test_a_ticket_that_does_not_work_is_tried_once(bot: Bot, workspace: WorkspaceClient) -> None:
    """slack_sdk alone would try it for ever: each attempt asks for another."""
    before = len(await workspace.calls("apps.connections.open"))
    await workspace.add_fault(kind="http_status", method="apps.connections.open", times=2)
    await workspace.cut()
    await works_again(bot, workspace)
    assert len(await workspace.calls("apps.connections.open")) == before + 3


async def test_a_dead_ticket_at_the_start(web: AsyncWebClient, slack: SlackSimulator) -> None:
    """The first address was used up; the next attempt asks for another."""
    from bot.app import build_app
    from bot.dependencies import Dependencies
    from bot.in_flight import InFlight
    from bot.socket_mode.runner import SocketModeRunner
    from tests.slack.bots import IDENTITY, Stored, Workflows
    from tests.slack.process import APP_TOKEN

    in_flight, stop, stored = InFlight(), asyncio.Event(), Stored()
    app = build_app(Dependencies(web, IDENTITY, Workflows(), stored, stored, in_flight, stored))
    timings = SocketTimings(
        check_interval=0.05,
        ping_interval=10,
        connect_timeout=60,
        close_timeout=0.5,
        ack_timeout=0.5,
        drain_timeout=0.5,
    )
    runner = SocketModeRunner(app, APP_TOKEN, in_flight, timings)
    dead = f"{slack.url.replace('http', 'ws')}/link/?ticket=dead&app_id=A0APP0001"
    run = asyncio.create_task(runner.run(stop, dead))
    async with WorkspaceClient(slack.url) as people:
        await people.wait_for_connections(1)
    stop.set()
    await run


async def test_a_closed_session_is_replaced(bot: Bot, workspace: WorkspaceClient) -> None:
    """As after some idle reconnects in the field."""
    await link(bot).aiohttp_client_session.close()
    with pytest.raises(NotConnected, match="session is closed"):
        await bot.runner.check()
    await works_again(bot, workspace)


async def test_a_connection_on_which_nothing_arrives(bot: Bot, workspace: WorkspaceClient) -> None:
    """It looks open, and pings are not answered."""
    link(bot).last_ping_pong_time = 1.0
    with pytest.raises(NotConnected, match="no answer to pings"):
        await bot.runner.check()
    await works_again(bot, workspace)


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_slack_asks_for_a_new_connection(bot: Bot, workspace: WorkspaceClient, reason: str) -> None:
    """Every few hours."""
    await workspace.disconnect(reason)
    await works_again(bot, workspace)


async def test_socket_mode_switched_off_and_on_again(bot: Bot, workspace: WorkspaceClient) -> None:
    """Refused for a while, then let in."""
    await workspace.add_fault(kind="error", method="apps.connections.open", error="internal_error", times=3)
    await workspace.disconnect("link_disabled")
    await works_again(bot, workspace)


async def test_the_connection_is_cut_in_the_middle_of_a_click(bot: Bot, workspace: WorkspaceClient) -> None:
    """The click is lost, as Slack tells the user; the next one is not."""
    await workspace.add_fault(kind="close_socket", method="slash_commands")
    await workspace.command(ALICE, CHANNEL, "/order help")
    await works_again(bot, workspace)


async def test_a_stop_finishes_what_was_begun(web: AsyncWebClient, workspace: WorkspaceClient) -> None:
    """The socket is closed first, so that Slack sends nothing more; the answer still goes out."""
    async with running_bot(
        web, workspace.wait_for_connections, timings=SocketTimings(drain_timeout=5)
    ) as bot:
        await workspace.add_fault(kind="delay", method="chat.postMessage", seconds=1)
        with bot.in_flight:
            bot.stop.set()
            await workspace.wait_for_connections(0)
            assert not bot.run.done()
        await asyncio.wait_for(bot.run, 5)
