"""The parts of docker-compose.yml that run without Docker, on a real PostgreSQL."""

import asyncio
import os
from urllib.parse import urlsplit

import asyncpg
import pytest

from localdev.pgbinaries import bin_dir
from localdev.postgres import PostgresServer
from tests.support.databases import migrate
from tests.unit.docs.repo import compose


async def test_the_roles_script_makes_owners_without_power(postgres: PostgresServer, unique: str) -> None:
    """It may run twice, and the owner of Countersign's database can migrate it without being a superuser."""
    [script] = compose()["services"]["roles"]["command"]
    app, temporal = f"app_{unique[:8]}", f"tmp_{unique[:8]}"
    script = script.replace("$$", "$").replace("countersign", app).replace("temporal", temporal)
    url = urlsplit(postgres.dsn("postgres"))
    environment = os.environ | {
        "PATH": f"{bin_dir(None)}:{os.environ['PATH']}",
        "PGHOST": url.hostname or "",
        "PGPORT": str(url.port),
        "PGUSER": url.username or "",
        "PGDATABASE": "postgres",
        "COUNTERSIGN_DB_PASSWORD": "it's secret",
        "TEMPORAL_DB_PASSWORD": "abc",
    }
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
