"""The parts of docker-compose.yml that run without Docker, on a real PostgreSQL."""

import asyncio
import os
import re
from urllib.parse import urlsplit

import asyncpg
import pytest

from localdev.postgres.binaries import bin_dir
from localdev.postgres.server import PostgresServer
from tests.support.databases import migrate
from tests.unit.docs.repo import compose


async def test_the_roles_script_makes_owners_without_power(postgres: PostgresServer, unique: str) -> None:
    """It may run twice, and the owner of Countersign's database can migrate it without being a superuser."""
    [script] = compose()["services"]["roles"]["command"]
    app, temporal = f"app_{unique[:8]}", f"tmp_{unique[:8]}"
    script = script.replace("$$", "$").replace("countersign", app).replace("temporal", temporal)
    url = urlsplit(postgres.dsn("postgres"))
    environment = _environment(postgres)
    for _ in range(2):
        process = await asyncio.create_subprocess_exec("/bin/sh", "-euc", script, env=environment)
        assert await process.wait() == 0
    owner_url = postgres.dsn(app).replace(f"//{url.username}@", f"//{app}@")
    await migrate(owner_url)
    connection = await asyncpg.connect(owner_url)
    try:
        assert (
            await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"CREATE DATABASE more_{unique[:8]}")
        owners = await connection.fetch(
            "SELECT datname, pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname LIKE $1",
            f"{temporal}%",
        )
        assert {row["datname"]: row["owner"] for row in owners} == {
            temporal: temporal,
            f"{temporal}_visibility": temporal,
        }
    finally:
        await connection.close()


async def test_the_processes_of_compose_read_and_write_and_own_nothing(
    postgres: PostgresServer, unique: str
) -> None:
    """The script's roles and the migrations' grants fit; the owner needs no right to make roles."""
    [script] = compose()["services"]["roles"]["command"]
    owner, login = f"own_{unique[:8]}", f"run_{unique[:8]}"
    script = (
        script.replace("$$", "$").replace("countersign_process", login).replace("temporal", f"t{unique[:8]}")
    )
    script = re.sub(r"countersign(?!_app)", owner, script)
    environment = _environment(postgres)
    process = await asyncio.create_subprocess_exec("/bin/sh", "-euc", script, env=environment)
    assert await process.wait() == 0
    await migrate(postgres.dsn(owner, owner))
    connection = await asyncpg.connect(postgres.dsn(owner, login))
    try:
        await connection.execute(
            "INSERT INTO workflow_events (order_id, event_key, type, occurred_at)"
            " VALUES ('a', 'b', 'c', now())"
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await connection.execute("DELETE FROM workflow_events")
        owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        assert await connection.fetchval(owned) == 0
    finally:
        await connection.close()


def _environment(postgres: PostgresServer) -> dict[str, str]:
    url = urlsplit(postgres.dsn("postgres"))
    return os.environ | {
        "PATH": f"{bin_dir(None)}:{os.environ['PATH']}",
        "PGHOST": url.hostname or "",
        "PGPORT": str(url.port),
        "PGUSER": url.username or "",
        "PGDATABASE": "postgres",
        "COUNTERSIGN_DB_PASSWORD": "it's secret",
        "COUNTERSIGN_PROCESS_DB_PASSWORD": "it's another",
        "TEMPORAL_DB_PASSWORD": "abc",
    }
