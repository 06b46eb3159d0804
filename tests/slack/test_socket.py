"""The socket stays open, whatever slack_sdk gets stuck in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.socket import NotConnected, Pace
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.slack.bots import QUICK, Bot, running_bot
from tests.slack.talk import ALICE, CHANNEL


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """With a watchdog in a hurry."""
    async with running_bot(web, workspace.wait_for_connections, pace=QUICK) as running:
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


def client(bot: Bot):  # type: ignore[no-untyped-def]
    """The socket's client."""
    handler = bot.runner._handler
    assert handler is not None
    return handler.client


async def test_it_is_connected_and_says_so(bot: Bot) -> None:
    """For /readyz."""
    await bot.runner.check()


async def test_a_dead_ticket_is_not_tried_for_ever(bot: Bot, workspace: WorkspaceClient) -> None:
    """slack_sdk alone would."""
    broken = client(bot)
    session = broken.current_session
    broken.wss_uri = broken.wss_uri + "x"
    await broken.aiohttp_client_session.close()
    async with asyncio.timeout(10):
        # Mended by itself, once the ticket was taken from it, or replaced; a command may still be answered
        # over what is just going down.
        while client(bot).current_session is session:
            await works_again(bot, workspace)
    await works_again(bot, workspace)


async def test_a_dead_ticket_is_left_long_before_the_client_is_replaced(
    web: AsyncWebClient, workspace: WorkspaceClient
) -> None:
    """The connection breaks, and the ticket that slack_sdk got for the next one does not work."""
    patient = Pace(watch=0.05, grace=60, ping=0.2, finish=0.5, acks=0.5, close=1.0)
    async with running_bot(web, workspace.wait_for_connections, pace=patient) as bot:
        stuck = client(bot)
        stuck.wss_uri = stuck.wss_uri + "x"
        await stuck.current_session.close()
        trying = asyncio.create_task(stuck.connect())
        await works_again(bot, workspace)
        await trying
        assert client(bot) is stuck


async def test_a_dead_ticket_at_the_start(web: AsyncWebClient, slack: SlackSimulator) -> None:
    """The first address was used up; the next attempt asks for another."""
    from bot.app import build_app
    from bot.deps import Deps, InFlight
    from bot.socket import SocketRunner
    from tests.slack.bots import IDENTITY, Stored, Workflows
    from tests.slack.process import APP_TOKEN

    in_flight, stop, stored = InFlight(), asyncio.Event(), Stored()
    app = build_app(Deps(web, IDENTITY, Workflows(), stored, stored, in_flight, stored))
    pace = Pace(watch=0.05, grace=60, ping=0.1, connect=0.5, close=0.5, acks=0.5, finish=0.5)
    runner = SocketRunner(app, APP_TOKEN, in_flight, pace)
    dead = f"{slack.url.replace('http', 'ws')}/link/?ticket=dead&app_id=A0APP0001"
    run = asyncio.create_task(runner.run(stop, dead))
    async with WorkspaceClient(slack.url) as people:
        await people.wait_for_connections(1)
    stop.set()
    await run


async def test_a_closed_session_is_replaced(bot: Bot, workspace: WorkspaceClient) -> None:
    """As after some idle reconnects in the field."""
    await client(bot).aiohttp_client_session.close()
    with pytest.raises(NotConnected, match="session is closed"):
        await bot.runner.check()
    await works_again(bot, workspace)


async def test_a_connection_on_which_nothing_arrives(bot: Bot, workspace: WorkspaceClient) -> None:
    """It looks open, and pings are not answered."""
    client(bot).last_ping_pong_time = 1.0
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
    async with running_bot(web, workspace.wait_for_connections, pace=Pace(finish=5)) as bot:
        await workspace.add_fault(kind="delay", method="chat.postMessage", seconds=1)
        with bot.in_flight:
            bot.stop.set()
            await workspace.wait_for_connections(0)
            assert not bot.run.done()
        await asyncio.wait_for(bot.run, 5)
