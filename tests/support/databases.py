"""The fixture `database_url`: a database for each test, cloned from one that was migrated once.

The URL has the role of the processes, so that a missing grant fails a test. `owner_database_url` is the same
database with the role of its owner, for migrations and administration.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest_asyncio

from localdev.postgres.server import APP_USER, PostgresServer
from tests.support.folders import public_folder

ROOT = Path(__file__).parents[2]
_TEMPLATE = "template_countersign"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres() -> AsyncIterator[PostgresServer]:
    """A PostgreSQL server for this xdist worker. Most tests need `database_url` instead."""
    with public_folder() as folder:
        async with PostgresServer(folder / "postgres", fsync=False) as server:
            yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template_database(postgres: PostgresServer) -> str:
    """The name of a database on `postgres` with all migrations applied, to be cloned."""
    await _execute(postgres, f"CREATE DATABASE {_TEMPLATE}")
    await migrate(postgres.dsn(_TEMPLATE))
    return _TEMPLATE


@pytest_asyncio.fixture
async def owner_database_url(
    postgres: PostgresServer, template_database: str, unique: str
) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database for one test. It is dropped afterwards, with its connections."""
    name = f"test_{unique}"
    await _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template_database} STRATEGY FILE_COPY")
    yield postgres.dsn(name)
    await _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def database_url(postgres: PostgresServer, owner_database_url: str) -> str:
    """The URL of the same database with the role of the processes."""
    return postgres.dsn(urlsplit(owner_database_url).path[1:], APP_USER)


async def migrate(dsn: str) -> None:
    """Run `python -m db migrate`, as every deployment does, on the database at that URL."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "db", "migrate"),
        cwd=ROOT,
        env=os.environ | {"MIGRATIONS_DATABASE_URL": dsn},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, f"python -m db migrate failed:\n{output.decode()}"


async def _execute(server: PostgresServer, sql: str) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
