"""Opening the pool waits while PostgreSQL is starting, and fails at once for wrong settings."""

import asyncio
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import structlog

from db.errors import DatabaseMisconfigured, DatabaseUnavailable
from db.migrate import shipped_versions
from db.pool import Pool, closing, open_pool, ping, transaction


def changed(url: str, **parts: str) -> str:
    """The same URL with other parts."""
    return urlunsplit(urlsplit(url)._replace(**parts))


async def refused(url: str) -> str:
    """What open_pool says of it, without waiting."""
    with structlog.testing.capture_logs() as logs, pytest.raises(DatabaseMisconfigured) as caught:
        await open_pool(url, "tests", give_up_after=30)
    assert logs == []
    return str(caught.value)


async def test_every_wait_has_a_limit(pool: Pool) -> None:
    """On the server's side too, and the server knows whose connection it is."""
    await ping(pool)
    names = "statement_timeout lock_timeout idle_in_transaction_session_timeout application_name timezone"
    shown = [await pool.fetchval("SELECT current_setting($1)", name) for name in names.split()]
    assert shown == ["3s", "2s", "4500ms", "tests", "UTC"]


async def test_a_connection_in_use_does_not_hold_up_the_end(database_url: str) -> None:
    """A stop has little time: whoever still waits for a statement then is cut off."""
    async with closing(await open_pool(database_url, "tests", give_up_after=10), 0.1) as opened:
        connection = await opened.acquire()
        slow = asyncio.create_task(connection.execute("SELECT pg_sleep(2.5)"))
    with pytest.raises(asyncpg.PostgresConnectionError):
        await slow


async def test_an_unknown_database(database_url: str) -> None:
    """Named, with what to do."""
    said = await refused(changed(database_url, path="/no_such_database"))
    assert "no database 'no_such_database'" in said
    assert "python -m db migrate" in said


async def test_an_unknown_user(database_url: str) -> None:
    """Named; the password is not."""
    netloc = "nobody_we_know:hunter2@" + urlsplit(database_url).netloc.rpartition("@")[2]
    said = await refused(changed(database_url, netloc=netloc))
    assert "refuses user 'nobody_we_know'" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@127.0.0.1/x",
        "postgresql://u:hunter2@127.0.0.1:port/x",
        "postgresql://u:hunter2@127.0.0.1",
        "postgresql://u:hunter2@[::1/x",
        "hunter2",
        "",
    ],
)
async def test_a_url_that_is_none(url: str) -> None:
    """A sentence that does not repeat it, since it may hold a password."""
    said = await refused(url)
    assert said.startswith("DATABASE_URL")
    assert "hunter2" not in said


async def test_a_database_that_was_not_migrated(database_url: str, owner_pool: Pool) -> None:
    """Not at all, or not far enough; a newer one is fine."""
    await owner_pool.execute("INSERT INTO schema_migrations (version) VALUES ('99990101000000')")
    async with await open_pool(database_url, "tests"):
        pass
    await owner_pool.execute("DELETE FROM schema_migrations WHERE version LIKE '%000001'")
    assert f"1 of {len(shipped_versions())} migrations have not been applied" in await refused(database_url)
    await owner_pool.execute("DROP TABLE schema_migrations")
    assert "run python -m db migrate" in await refused(database_url)


async def test_giving_up_on_a_server_that_is_not_there(unused_tcp_port: int) -> None:
    """It says whom it waits for and why, and ends with the same."""
    url = f"postgresql://u:hunter2@127.0.0.1:{unused_tcp_port}/x"
    with structlog.testing.capture_logs() as logs, pytest.raises(DatabaseUnavailable) as caught:
        await open_pool(url, "tests", give_up_after=0.3)
    where = f"127.0.0.1:{unused_tcp_port}"
    assert str(caught.value) == f"PostgreSQL at {where} could not be reached: nothing listens there"
    assert logs[0]["event"] == f"waiting for PostgreSQL at {where}: nothing listens there"


async def test_a_server_that_comes_later_is_waited_for(database_url: str, unused_tcp_port: int) -> None:
    """The pool opens once the port answers."""
    parts = urlsplit(database_url)
    netloc = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{unused_tcp_port}"
    opening = asyncio.create_task(open_pool(changed(database_url, netloc=netloc), "tests", give_up_after=20))

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            writer.write(chunk)
        writer.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(pipe(reader, there[1]), pipe(there[0], writer))

    with structlog.testing.capture_logs() as logs:
        while not logs:
            await asyncio.sleep(0.01)
        async with await asyncio.start_server(forward, "127.0.0.1", unused_tcp_port), await opening as pool:
            await ping(pool)


async def test_connections_that_the_server_closed_are_replaced(pool: Pool) -> None:
    """A restart of the database costs no restart of ours."""
    async with pool.acquire() as one, pool.acquire() as other:
        victim = other.get_server_pid()
        await one.execute("SELECT pg_terminate_backend($1, 2000)", victim)
    for _ in range(3):
        await ping(pool)


async def test_a_transaction_that_raises_leaves_nothing(owner_pool: Pool) -> None:
    """And the connection is usable afterwards."""

    async def fail() -> None:
        async with transaction(owner_pool) as connection:
            await connection.execute("INSERT INTO schema_migrations VALUES ('x')")
            await connection.execute("SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail()
    assert await owner_pool.fetchval("SELECT count(*) FROM schema_migrations WHERE version = 'x'") == 0


def test_importing_the_package_does_nothing() -> None:
    """No connection, no output, no event loop."""
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "import db.pool, db.stores.orders, db.stores.order_reader, db.slack.slack_messages",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
