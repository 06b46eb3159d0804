"""`python -m db` migrates up and down, and reports errors in one sentence."""

import asyncio
import os
import re
import sys
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from db.dsn import for_dbmate, parse
from db.errors import DatabaseMisconfigured
from db.migrate import MIGRATIONS, Command, run, shipped_versions
from db.pool import Pool


async def db(url: str, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run it, as a person would: exit code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "db",
        *arguments,
        env={**os.environ, "DATABASE_URL": url, "MIGRATIONS_DATABASE_URL": "", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def tables(owner_pool: Pool) -> set[str]:
    rows = await owner_pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row[0] for row in rows} - {"schema_migrations"}


async def test_down_to_nothing_and_up_again(owner_database_url: str, owner_pool: Pool) -> None:
    """Every migration can be undone, and leaves nothing behind."""
    before = await tables(owner_pool)
    assert before == {
        *("orders", "order_transitions", "payments", "decisions", "workflow_events", "slack_messages"),
        *("bot_sessions", "slack_rate_limits", "slack_queue"),
        "delegations",
        "refunds",
    }
    code, out, _ = await db(owner_database_url, "status")
    assert (code, out.count("[X]"), "Pending: 0" in out) == (0, len(shipped_versions()), True)
    code, out, err = await db(owner_database_url, "rollback")
    assert (code, err) == (0, "")
    assert "Rolled back" in out
    for _ in range(len(shipped_versions()) - 1):
        assert "Rolled back" in await run(Command.ROLLBACK, owner_database_url, wait=5)
    assert await tables(owner_pool) == set()
    types = "SELECT count(*) FROM pg_type WHERE typname LIKE '%_status' AND typtype = 'e'"
    assert await owner_pool.fetchval(types) == 0
    with pytest.raises(DatabaseMisconfigured, match="no migrations have been applied"):
        await run(Command.ROLLBACK, owner_database_url, wait=5)
    assert (await db(owner_database_url, "migrate"))[0] == 0
    assert await tables(owner_pool) == before


async def test_several_at_once_on_a_database_that_does_not_exist(
    owner_database_url: str, owner_pool: Pool
) -> None:
    """One creates and migrates it, the others wait for that; all of them succeed."""
    name = f"several_{uuid4().hex[:8]}"
    url = urlunsplit(urlsplit(owner_database_url)._replace(path=f"/{name}"))
    try:
        done = await asyncio.gather(*(db(url, "migrate") for _ in range(3)))
        assert [code for code, _, _ in done] == [0, 0, 0], done
        assert sum(out.count("Applied: ") for _, out, _ in done) == len(shipped_versions())
    finally:
        await owner_pool.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.mark.parametrize("command", ["status", "rollback"])
async def test_only_migrate_creates_a_database(owner_database_url: str, command: str) -> None:
    """A slip in its name is not answered with an empty one."""
    url = urlunsplit(urlsplit(owner_database_url)._replace(path="/no_such_database"))
    code, out, err = await db(url, command)
    assert (code, out) == (1, "")
    assert "has no database 'no_such_database'" in err


async def test_a_server_that_is_not_there(unused_tcp_port: int) -> None:
    """One sentence at the end, no traceback, and never the password."""
    url = f"postgres://u:hunter2@127.0.0.1:{unused_tcp_port}/x"
    code, out, err = await db(url, "migrate", "--wait", "0.1")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (
        f"python -m db: PostgreSQL at 127.0.0.1:{unused_tcp_port} could not be reached: nothing listens there"
    )
    assert "hunter2" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://u@127.0.0.1:5433/x", "postgres://u@127.0.0.1:5433/x?sslmode=disable"),
        ("postgresql://u@localhost/x", "postgresql://u@localhost/x?sslmode=disable"),
        ("postgres://u@[::1]/x", "postgres://u@[::1]/x?sslmode=disable"),
        ("postgres://u@127.0.0.1/x?sslmode=require", "postgres://u@127.0.0.1/x?sslmode=require"),
        ("postgres://u:p@db.example.com/x", "postgres://u:p@db.example.com/x"),
        ("postgresql:///x?host=/run/pg", "postgresql:///x?socket=%2Frun%2Fpg&sslmode=disable"),
    ],
)
def test_the_url_in_dbmates_dialect(url: str, expected: str) -> None:
    """TLS is only left out on this machine, and only if nobody asked for it."""
    assert for_dbmate(url) == expected


def test_secrets_are_taken_out_of_what_others_say() -> None:
    """Encoded in the URL or not, or among its options."""
    target = parse("postgresql://u:hunter%402@127.0.0.1/x?password=other")
    said = "bad: postgresql://u:hunter%402@127.0.0.1/x?password=other hunter@2 hunter%402 other"
    assert target.redact(said) == "bad: *** *** *** ***"


async def test_migrations_run_as_the_owner_whoever_the_processes_are(
    owner_database_url: str, database_url: str
) -> None:
    """MIGRATIONS_DATABASE_URL wins over DATABASE_URL, whose user may not change tables."""
    code, _, err = await db(database_url, "rollback")
    assert (code, "permission denied" in err or "must be owner" in err) == (1, True), err
    assert (await db(database_url, "rollback", MIGRATIONS_DATABASE_URL=owner_database_url))[0] == 0


async def test_who_may_not_create_roles_is_told_what_to_do(
    owner_database_url: str, owner_pool: Pool, unique: str
) -> None:
    """The role is there on this server, so the block of the migration runs with another name for it."""
    text = next(MIGRATIONS.glob("*_initial_schema.sql")).read_text()
    block = next(part for part in re.findall(r"DO \$\$.*?\n\$\$;", text, re.DOTALL) if "CREATE ROLE" in part)
    async with owner_pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL ROLE pg_monitor")
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
            await connection.execute(block.replace("countersign_app", f"app_{unique[:8]}"))
    assert f'let an administrator of the server run "CREATE ROLE app_{unique[:8]} NOLOGIN"' in str(
        refused.value
    )
