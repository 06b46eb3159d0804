"""The audit log can only be appended to, even by its owner."""

import asyncpg
import pytest

from db.pool import Pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from tests.integration.db.builders import NOON, S, at, order, pending_writes

CHANGES = [
    "UPDATE workflow_events SET actor = 'somebody else'",
    "UPDATE workflow_events SET actor = NULL WHERE false",
    "DELETE FROM workflow_events",
    "TRUNCATE workflow_events",
]


@pytest.mark.parametrize("role", ["origin", "replica"])
async def test_the_log_cannot_be_changed(
    orders: PostgresOrderStore, reader: PostgresOrderReader, owner_pool: Pool, role: str
) -> None:
    """Not by a superuser either, nor past the ordinary triggers."""
    await orders.receive(order(), NOON)
    before = await reader.history("A-1")
    async with owner_pool.acquire() as connection:
        await connection.execute(f"SET session_replication_role = {role}")
        for change in CHANGES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="workflow_events is append-only"):
                await connection.execute(change)
    assert await reader.history("A-1") == before


async def test_history_is_in_order_and_only_of_its_order(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Times are aware: when it happened by its source, when it was written by the database."""
    for order_id in ("A-1", "B-1"):
        await orders.receive(order(order_id), NOON)
    await orders.record(pending_writes(S.VALIDATED))
    first, second = await reader.history("A-1")
    assert (first.type, second.type) == ("order.received", "status.VALIDATED")
    assert (first.occurred_at, second.occurred_at) == (NOON, at(1))
    assert first.recorded_at < second.recorded_at
    assert first.event_id < second.event_id
    assert await reader.history("nobody\x00") == ()
