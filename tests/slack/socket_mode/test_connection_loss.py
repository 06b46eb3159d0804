"""When the connection breaks, each click is acknowledged and decided, or Slack shows it as failed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.messages.activities import SlackActivities
from bot.socket_mode.connection import Hello
from bot.socket_mode.observer import ConnectionObserver
from bot.socket_mode.runner import NotConnected
from bot.socket_mode.timings import SocketTimings
from bot.web_api.client import build_client
from localdev.slack.client import WorkspaceClient
from localdev.slack.interactivity.delivery import InteractionResult
from localdev.slack.interactivity.interactions import Press
from localdev.slack.server import SlackSimulator
from localdev.slack.socket_mode.frames import DisconnectReason
from orchestration.contracts.slack import PostCard
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from tests.slack.bots import QUICK, Bot, running_bot
from tests.slack.people import ALICE, CHANNEL, pending
from tests.slack.process import BOT_TOKEN

RATE = 100
"""Clicks a second."""


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """With a watchdog in a hurry."""
    async with running_bot(web, workspace.wait_for_connections, timings=QUICK) as running:
        yield running


@pytest_asyncio.fixture
async def card(activities: SlackActivities) -> MessageRef:
    """Of an order that waits for approval."""
    return await activities.post_card(PostCard(card_view=order_card(pending())))


async def click_steadily(
    slack: SlackSimulator, card: MessageRef, clicks: int, disturb: Callable[[int], object]
) -> list[InteractionResult]:
    """Click so often at the rate, whether or not the last was acked; `disturb` is told each number."""
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as under_way:
        tasks = []
        for number in range(clicks):
            await asyncio.sleep(began + number / RATE - asyncio.get_running_loop().time())
            tasks.append(
                under_way.create_task(
                    slack.interactions.click(ALICE, CHANNEL, card.ts, Press("order_approve"))
                )
            )
            disturbed = disturb(number)
            if asyncio.iscoroutine(disturbed):
                under_way.create_task(disturbed)
    return [task.result() for task in tasks]


def decisions(bot: Bot) -> list[str]:
    """By their ids."""
    return [request.decision_id for _, _, request in bot.workflows.decided]


async def test_no_click_is_lost_when_slack_asks_for_new_connections(
    bot: Bot, card: MessageRef, slack: SlackSimulator
) -> None:
    """Six times in the middle of 100 clicks a second: every one is acked, and decided once."""

    def refresh(number: int) -> object:
        return slack.sockets.disconnect(DisconnectReason.REFRESH_REQUESTED) if number % 50 == 25 else None

    results = await click_steadily(slack, card, 3 * RATE, refresh)
    assert await bot.in_flight.wait_until_idle(5)
    assert [result.error for result in results if not result.acked] == []
    assert len(decisions(bot)) == len(set(decisions(bot))) == 3 * RATE


class Restless(ConnectionObserver):
    """Wants another greeting at each look."""

    def __init__(self) -> None:
        self.greetings = 0

    async def connected(self, hello: Hello) -> None:
        """Count it."""
        self.greetings += 1

    def wants_reconnect(self) -> bool:
        """Always."""
        return True


async def test_no_click_is_lost_when_the_bot_takes_a_new_connection_by_itself(
    web: AsyncWebClient, card: MessageRef, slack: SlackSimulator, workspace: WorkspaceClient
) -> None:
    """Slack knows nothing of it and sends to the old one until the goodbye: what was on its way is taken."""
    observer = Restless()
    async with running_bot(web, workspace.wait_for_connections, timings=QUICK, observer=observer) as bot:
        results = await click_steadily(slack, card, 3 * RATE, lambda _: None)
        assert await bot.in_flight.wait_until_idle(5)
        assert [result.error for result in results if not result.acked] == []
        assert len(decisions(bot)) == len(set(decisions(bot))) == 3 * RATE
        assert observer.greetings > 10


async def test_what_is_lost_when_the_socket_is_cut_is_shown_as_failed(
    bot: Bot, card: MessageRef, slack: SlackSimulator
) -> None:
    """Each acked click is decided, once; who was not acked was told so by Slack."""

    def cut(number: int) -> object:
        return slack.sockets.cut_all() if number % 100 == 50 else None

    results = await click_steadily(slack, card, 3 * RATE, cut)
    assert await bot.in_flight.wait_until_idle(5)
    acked = sum(result.acked for result in results)
    assert {result.error for result in results} <= {None, "dispatch_failed", "operation_timeout"}
    assert all(result.acked or result.error for result in results)
    assert RATE < acked <= len(decisions(bot)) == len(set(decisions(bot)))


@dataclass
class Cable:
    """A TCP proxy that can stop to pass anything on, without a word to either side."""

    host: str
    port: int
    unplugged: bool = False
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def plug(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join one connection to the other side. Those that were there when it was pulled stay dead."""
        there, back = await asyncio.open_connection(self.host, self.port)
        self.writers += [writer, back]
        dead = asyncio.Event()
        await asyncio.gather(self._pass(reader, back, dead), self._pass(there, writer, dead))

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dead: asyncio.Event
    ) -> None:
        while data := await reader.read(1 << 16):
            if self.unplugged:
                dead.set()
            if not dead.is_set():
                writer.write(data)
        if not dead.is_set():
            writer.close()


@asynccontextmanager
async def cable(slack: SlackSimulator) -> AsyncIterator[tuple[str, Cable]]:
    """Run one; yields the address of its end."""
    host, _, port = slack.url.removeprefix("http://").rpartition(":")
    proxy = Cable(host, int(port))
    server = await asyncio.start_server(proxy.plug, "127.0.0.1", 0)
    number = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{number}", proxy
    finally:
        server.close()
        for writer in proxy.writers:
            writer.close()


async def test_a_connection_that_is_dead_without_a_word_is_noticed_and_replaced(
    slack: SlackSimulator, workspace: WorkspaceClient
) -> None:
    """Half-open TCP: no FIN ever comes, so that only the pings tell."""
    async with cable(slack) as (url, wire):
        slack.workspace.base_url = url  # the socket's address too leads through the cable
        timings = SocketTimings(
            check_interval=0.05,
            ping_interval=0.4,
            connect_timeout=1.0,
            max_retry_interval=0.2,
            close_timeout=0.2,
            ack_timeout=0.2,
            drain_timeout=0.5,
        )
        web = build_client(BOT_TOKEN, f"{url}/api/")
        async with running_bot(web, workspace.wait_for_connections, timings=timings) as bot:
            assert (await workspace.command(ALICE, CHANNEL, "/order help")).acked
            wire.unplugged = True
            async with asyncio.timeout(10):
                while True:
                    try:
                        await bot.runner.check()
                    except NotConnected:
                        break
                    await asyncio.sleep(0.02)
            wire.unplugged = False
            async with asyncio.timeout(10):
                while not (await workspace.command(ALICE, CHANNEL, "/order help")).acked:
                    await asyncio.sleep(0.1)
            await bot.runner.check()


async def test_socket_mode_switched_off_is_said_and_tried_gently(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """With what to do. When it is switched on again, the bot is back by itself."""
    with capture_logs() as logs:
        await workspace.socket_mode(enabled=False)
        refused = 0
        async with asyncio.timeout(10):
            while refused < 3:
                calls = await workspace.calls("apps.connections.open")
                refused = sum(call["answer"].get("error") == "socket_mode_not_enabled" for call in calls)
                await asyncio.sleep(0.02)
        with pytest.raises(NotConnected):
            await bot.runner.check()
        assert not (await workspace.command(ALICE, CHANNEL, "/order help")).acked
        await workspace.socket_mode(enabled=True)
        await workspace.wait_for_connections(1)
        assert (await workspace.command(ALICE, CHANNEL, "/order help")).acked
    errors = [line for line in logs if line["log_level"] == "error"]
    assert "Socket Mode was switched off" in errors[0]["event"]
    assert "no click reaches this bot" in errors[1]["event"]
    assert (errors[1]["method"], errors[1]["error"]) == ("apps.connections.open", "socket_mode_not_enabled")
    assert "Socket Mode is on" in errors[1]["advice"]
