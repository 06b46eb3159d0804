"""The connection pool. Every wait in it has a time limit."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from db import dsn
from db.connect import CONNECT_TIMEOUT, patiently
from db.errors import DatabaseMisconfigured
from db.migrate import shipped_versions
from db.text import to_json

if TYPE_CHECKING:
    # These classes are generic for the type checker only.
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Connection = PoolConnectionProxy

# All below the 5 s that an activity has for one attempt: its transaction has ended when the next attempt
# starts.
ACQUIRE_TIMEOUT = 2.0
"""Seconds to wait for a free connection."""
COMMAND_TIMEOUT = 4.0
"""Seconds after which the client gives up on a statement, such as when the server has vanished."""
SERVER_LIMITS = {
    "statement_timeout": "3000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "4500",
}
"""Milliseconds after which the server cancels a statement, or a transaction that is idle."""


async def open_pool(
    url: str,
    application_name: str,
    *,
    max_size: int = 10,
    give_up_after: float | None = None,
) -> Pool:
    """Connect, waiting while PostgreSQL is not there yet: for `give_up_after` seconds, or for ever.

    The caller closes it. Raises DatabaseMisconfigured at once for a wrong URL, password or database name and
    for tables that are older than this code; DatabaseUnavailable when the time is over.
    """
    target = dsn.parse(url)

    async def connect() -> Pool:
        pool = await asyncpg.create_pool(
            target.url,
            min_size=1,
            max_size=max_size,
            timeout=CONNECT_TIMEOUT,
            command_timeout=COMMAND_TIMEOUT,
            server_settings={
                **SERVER_LIMITS,
                "application_name": application_name,
                "timezone": "UTC",
                "jit": "off",  # compiling costs more than any of these statements
            },
            init=_use_json,
        )
        try:
            await check_schema(pool)
        except BaseException:
            pool.terminate()
            raise
        return pool

    return await patiently(target, connect, give_up_after)


@asynccontextmanager
async def closing(pool: Pool, time_limit: float) -> AsyncIterator[Pool]:
    """Close the pool after the block, or terminate its connections if closing takes longer than `limit`
    seconds.
    """
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(time_limit):
                await pool.close()
        except TimeoutError:
            # The server does not answer, or a statement is still running.
            pool.terminate()


async def check_schema(pool: Pool) -> None:
    """Raise DatabaseMisconfigured unless every migration that this code needs has been applied.

    Newer ones are fine: while a new release rolls out, the old one still runs.
    """
    try:
        rows = await pool.fetch("SELECT version FROM schema_migrations")
    except asyncpg.UndefinedTableError:
        rows = []
    missing = shipped_versions() - {row["version"] for row in rows}
    if missing:
        raise DatabaseMisconfigured(
            f"{len(missing)} of {len(shipped_versions())} migrations have not been applied to the database: "
            "run python -m db migrate"
        )


async def ping(pool: Pool) -> None:
    """Return once the database has answered. Raises the error that prevents it."""
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
        await connection.execute("SELECT 1")


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Commit at the end of the block, roll back if it raises.

    Raises TimeoutError if no connection is free in time.
    """
    async with pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection, connection.transaction():
        yield connection


async def _use_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=to_json, decoder=json.loads)
