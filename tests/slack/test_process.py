"""`python -m bot` starts, reports wrong settings, and shuts down on SIGTERM."""

import asyncio
import signal
import time

import pytest

from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.slack.process import APP_TOKEN, BOT_TOKEN, bot_process

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


async def test_it_gets_ready_and_ends_with_0_on_sigterm(
    slack: SlackSimulator, workspace: WorkspaceClient, database_url: str, temporal_address: str
) -> None:
    """Within 10 seconds, with its socket closed."""
    async with bot_process(
        SLACK_API_URL=slack.api_url,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_APP_TOKEN=APP_TOKEN,
        DATABASE_URL=database_url,
        TEMPORAL_ADDRESS=temporal_address,
    ) as bot:
        await bot.wait_for_line("connected to Slack")
        await workspace.wait_for_connections(1)
        assert (await bot.readiness())["checks"] == dict.fromkeys(
            ("slack", "socket", "replicas", "database", "temporal"), "ok"
        )
        # What is behind a failed attempt to reconnect has tokens in it.
        await workspace.add_fault(kind="drop_before", method="apps.connections.open")
        await workspace.disconnect("refresh_requested")
        await bot.wait_for_line("connection attempt failed, will retry")
        began = time.monotonic()
        bot.process.terminate()
        assert await bot.process.wait() == 0, bot.output
        assert time.monotonic() - began < 10
        await workspace.wait_for_connections(0)
    assert BOT_TOKEN not in bot.output
    assert APP_TOKEN not in bot.output
    assert "Traceback" not in bot.output


@pytest.mark.parametrize(
    ("bot_token", "app_token", "said"),
    [
        ("xoxb-wrong", APP_TOKEN, r"SLACK_BOT_TOKEN: Slack says invalid_auth"),
        (BOT_TOKEN, "xapp-wrong", r"SLACK_APP_TOKEN: Slack says invalid_auth"),
        (
            APP_TOKEN,
            BOT_TOKEN,
            r"SLACK_BOT_TOKEN: must begin with xoxb-.*SLACK_APP_TOKEN: must begin with xapp-",
        ),
    ],
)
async def test_a_wrong_token_is_named_and_never_shown(
    slack: SlackSimulator, bot_token: str, app_token: str, said: str
) -> None:
    """One line, exit code 2, no traceback."""
    async with bot_process(
        SLACK_API_URL=slack.api_url,
        SLACK_BOT_TOKEN=bot_token,
        SLACK_APP_TOKEN=app_token,
        DATABASE_URL=NOWHERE,
    ) as bot:
        await bot.wait_for_line(said)
        assert await bot.process.wait() == 2
    assert bot_token not in bot.output
    assert app_token not in bot.output
    assert "Traceback" not in bot.output


async def test_a_channel_name_is_refused_with_where_the_id_is() -> None:
    """People type #approvals there."""
    async with bot_process(
        SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_APP_TOKEN=APP_TOKEN, SLACK_APPROVALS_CHANNEL="#approvals"
    ) as bot:
        await bot.wait_for_line(r'SLACK_APPROVALS_CHANNEL: must be a channel\'s id .*"About"')
        assert await bot.process.wait() == 2


async def test_it_waits_for_slack_and_can_be_stopped_meanwhile() -> None:
    """Slack is away: it says so, is alive and not ready, and SIGTERM still ends it."""
    async with bot_process(
        SLACK_API_URL="http://127.0.0.1:1/api/",
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_APP_TOKEN=APP_TOKEN,
        DATABASE_URL=NOWHERE,
    ) as bot:
        await bot.wait_for_line("waiting for Slack")
        assert "not connected yet" in (await bot.readiness())["checks"]["slack"]
        bot.process.terminate()
        assert await asyncio.wait_for(bot.process.wait(), 5) == 0


async def test_it_waits_for_postgresql_and_can_be_stopped_meanwhile(slack: SlackSimulator) -> None:
    """By Ctrl-C as well."""
    async with bot_process(
        SLACK_API_URL=slack.api_url,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_APP_TOKEN=APP_TOKEN,
        DATABASE_URL=NOWHERE,
    ) as bot:
        await bot.wait_for_line("waiting for PostgreSQL")
        bot.process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(bot.process.wait(), 5) == 0


async def test_it_waits_for_temporal_and_can_be_stopped_meanwhile(
    slack: SlackSimulator, database_url: str
) -> None:
    """No socket is open yet: a click would not be answered."""
    async with bot_process(
        SLACK_API_URL=slack.api_url,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_APP_TOKEN=APP_TOKEN,
        DATABASE_URL=database_url,
        TEMPORAL_ADDRESS="127.0.0.1:9",
    ) as bot:
        await bot.wait_for_line("waiting for Temporal")
        assert slack.sockets.open_connections == 0
        assert await bot.stop() == 0


async def test_a_bot_outside_of_the_approvals_channel_warns_and_goes_on(
    slack: SlackSimulator, workspace: WorkspaceClient
) -> None:
    """Cards wait until it is invited; that is no reason to stop."""
    await workspace.leave("C0APPROVE", "U0BOTUSER")
    async with bot_process(
        SLACK_API_URL=slack.api_url,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_APP_TOKEN=APP_TOKEN,
        DATABASE_URL=NOWHERE,
    ) as bot:
        await bot.wait_for_line("/invite @countersign")
        assert bot.process.returncode is None
