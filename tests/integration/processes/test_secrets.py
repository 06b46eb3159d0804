"""Runs all processes, with right and wrong settings, and searches everything that they wrote for secrets."""

import secrets as random
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client

from db.pool import open_pool
from localdev.postgres.server import PostgresServer
from localdev.slack import seed
from localdev.slack.server import SlackSimulator
from orchestration.domain.order.status import OrderStatus
from orchestration.keyring import CLEAR, new_entry, parse_keyring
from orchestration.temporal.encryption import data_converter
from tests.integration.conftest import ALICE, APPROVALS, BOB, System
from tests.support.orders import an_order
from tests.support.process import running_module
from tests.support.secrets import Secret, leaks

KEY = new_entry("2026-11")
# In clear, so that a search of the histories can find something.
KEYS = f"{CLEAR},{KEY}"
BOT_TOKEN, APP_TOKEN, PASSWORD, API_KEY = (
    Secret(name, random.token_hex(16)) for name in ("bot token", "app token", "password", "API key")
)
SECRETS = [BOT_TOKEN, APP_TOKEN, PASSWORD, API_KEY, Secret("payload key", KEY.partition(":")[2])]


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A simulated workspace whose app has random tokens."""
    demo = seed.demo()
    tokens = {"bot_token": f"xoxb-{BOT_TOKEN.value}", "app_token": f"xapp-1-{APP_TOKEN.value}"}
    app = demo.app.model_copy(update=tokens)
    async with SlackSimulator(demo.model_copy(update={"app": app}), port=0) as simulator:
        yield simulator


@pytest.fixture
async def password_url(postgres: PostgresServer, owner_database_url: str) -> str:
    """The same database for a role with a password, and for one that may break its tables."""
    connection = await asyncpg.connect(owner_database_url)
    name = f"guarded_{random.token_hex(4)}"
    await connection.execute(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{PASSWORD.value}'")
    rules = postgres.data_dir / "pg_hba.conf"
    rules.write_text(f"host all {name} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    return owner_database_url.replace("countersign@", f"{name}:{PASSWORD.value}@", 1)


@pytest.fixture
def more_settings(password_url: str) -> dict[str, str]:
    """Settings with all secrets, and with LOG_LEVEL=DEBUG for the libraries too."""
    return {
        "DATABASE_URL": password_url,
        "SLACK_BOT_TOKEN": f"xoxb-{BOT_TOKEN.value}",
        "SLACK_APP_TOKEN": f"xapp-1-{APP_TOKEN.value}",
        "TEMPORAL_API_KEY": API_KEY.value,
        "TEMPORAL_TLS": "false",
        "PAYLOAD_KEYS": KEYS,
        "LOG_LEVEL": "DEBUG",
    }


@pytest.fixture
async def temporal_client(temporal_address: str) -> Client:
    """A client with the data converter of the processes."""
    return await Client.connect(temporal_address, data_converter=data_converter(parse_keyring(KEYS)))


async def _run(system: System, *arguments: str, **settings: str) -> str:
    """Run one command to its end, and return its output."""
    async with running_module(*arguments, **system.settings | settings) as process:
        await process.process.wait()
    return process.output


async def _commands(system: System, order_id: str) -> dict[str, str]:
    """Run CLI commands with right settings, and with a wrong one."""
    wrong = system.settings["DATABASE_URL"].replace(PASSWORD.value, PASSWORD.value[::-1])
    nowhere = f"postgresql://me:{PASSWORD.value}@127.0.0.1:9/none"
    cli, db = "orchestration.cli", "db"
    runs = {
        "query": ((cli, "query", order_id), {}),
        "list": ((cli, "list", "--json"), {}),
        "history": ((cli, "history", order_id), {}),
        "status": ((db, "status"), {}),
        "migrate": ((db, "migrate"), {}),
        "list, wrong password": ((cli, "list"), {"DATABASE_URL": wrong}),
        "list, no database": ((cli, "list"), {"DATABASE_URL": nowhere}),
        "migrate, wrong password": ((db, "migrate", "--wait", "1"), {"DATABASE_URL": wrong}),
        "migrate, no database": ((db, "migrate", "--wait", "1"), {"DATABASE_URL": nowhere}),
        "query, no Temporal": ((cli, "query", order_id), {"TEMPORAL_ADDRESS": "127.0.0.1:9"}),
        "query, TLS where there is none": ((cli, "query", order_id), {"TEMPORAL_TLS": "true"}),
    }
    return {name: await _run(system, *arguments, **settings) for name, (arguments, settings) in runs.items()}


async def _break_tables(system: System, order: str) -> None:
    """Make listeners and activities fail with an unexpected exception."""
    connection = await asyncpg.connect(system.settings["DATABASE_URL"])
    await connection.execute("ALTER TABLE orders RENAME TO orders_gone")
    await connection.execute("ALTER TABLE slack_messages RENAME TO slack_messages_gone")
    await system.gateway.start(an_order(order_id=f"{order}-broken"))
    await system.workspace.command(BOB, APPROVALS, "/order list")
    await system.orchestration.wait_for_line("UndefinedTable")
    await system.bot.wait_for_line("UndefinedTable")
    await connection.execute("ALTER TABLE orders_gone RENAME TO orders")
    await connection.execute("ALTER TABLE slack_messages_gone RENAME TO slack_messages")
    await connection.close()


async def _histories(system: System) -> str:
    client = await Client.connect(system.settings["TEMPORAL_ADDRESS"])
    texts = []
    async for execution in client.list_workflows():
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        texts += [str(await handle.fetch_history()), str((await handle.describe()).raw_description)]
    assert "Nordwind GmbH" in str(texts)
    return "\n".join(texts)


async def _database(system: System) -> str:
    async with await open_pool(system.settings["DATABASE_URL"], "test") as pool:
        tables = [
            row["tablename"]
            for row in await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        assert {"orders", "workflow_events"} <= set(tables)
        rows = [
            [row[0] for row in await pool.fetch(f'SELECT t::text FROM "{table}" t')]  # noqa: S608
            for table in tables
        ]
    return str(rows)


def _messages(slack: SlackSimulator) -> str:
    """Return all messages: channels, threads, direct and ephemeral messages."""
    workspace = slack.workspace
    found = str([message for channel in workspace.channels for message in workspace.messages(channel)])
    assert "is your own" in found
    assert "TRK-" in found
    return found


@pytest.mark.timeout(240)  # A dozen processes, one after the other.
async def test_nothing_that_a_run_leaves_behind_has_a_secret_in_it(
    system: System, slack: SlackSimulator, unique: str
) -> None:
    """No secret is in the output at LOG_LEVEL=DEBUG, the histories, the tables or the messages."""
    order = an_order(order_id=unique)
    await system.gateway.start(order)
    card = await system.card(order, contains="order_approve")
    await system.workspace.click(BOB, APPROVALS, card["ts"], "order_approve")
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED
    await system.workspace.command(BOB, APPROVALS, f"/order status {unique}")
    commands = await _commands(system, unique)
    assert unique in commands["query"], commands["query"]
    assert "password" in commands["list, wrong password"], commands["list, wrong password"]
    await _break_tables(system, unique)
    await system.workspace.revoke("bot")
    await system.workspace.revoke("app")
    await system.gateway.start(an_order(order_id=f"{unique}-revoked"))
    await system.bot.wait_for_line("token_revoked|invalid_auth|account_inactive")
    await system.workspace.disconnect("refresh_requested")
    await system.bot.wait_for_line("connection attempt failed, will retry")
    for process in (system.bot, system.orchestration):
        assert '"level": "debug"' in process.output
        assert await process.stop() == 0
    places = {"bot": system.bot.output, "orchestration": system.orchestration.output} | commands
    places |= {
        "histories": await _histories(system),
        "database": await _database(system),
        "Slack": _messages(slack),
    }
    assert leaks(SECRETS, **places) == []
    # Whoever has the ticket of a socket is the bot until it is used; a response_url lets anybody answer.
    for credential in ("ticket=", "/hooks/", "trigger_id"):
        assert [name for name, said in places.items() if credential in said] == []
