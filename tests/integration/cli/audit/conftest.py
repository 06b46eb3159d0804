"""A database with an audit log, and a superuser who can change it."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from db.pool import Pool, open_pool
from tests.integration.cli.audit.log import append


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """As the processes open it; three orders of four events each."""
    async with await open_pool(database_url, "tests") as opened:
        for order_id in ("A-1", "B-1", "C-1"):
            await append(opened, order_id, *(f"key-{number}" for number in range(1, 5)))
        yield opened


@pytest.fixture
async def intruder(owner_database_url: str, pool: Pool) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A superuser who has switched everything off that could stop them."""
    connection = await asyncpg.connect(owner_database_url)
    await connection.execute("ALTER TABLE workflow_events DISABLE TRIGGER ALL")
    await connection.execute("ALTER TABLE workflow_events DROP CONSTRAINT workflow_events_positions")
    yield connection
    await connection.close()
