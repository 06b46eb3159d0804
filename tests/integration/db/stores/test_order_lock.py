"""Transactions about the same order run one after the other."""

import asyncio

from db.pool import Pool, transaction
from db.stores import order_writes
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from tests.integration.db.builders import NOON, TO_PENDING, S, order, pending_writes

BLOCKED = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
"""


async def waits_its_turn(pool: Pool, task: "asyncio.Task[None]") -> None:
    """Return once the task waits for the transaction that is open."""
    while await pool.fetchval(BLOCKED) == 0:
        assert not task.done(), "it did not wait"
        await asyncio.sleep(0.01)


async def test_an_order_that_ends_while_it_is_stored_is_stored_as_ended(
    orders: PostgresOrderStore, reader: PostgresOrderReader, pool: Pool
) -> None:
    """Neither transaction can miss what the other one writes."""
    async with transaction(pool) as connection:
        await order_writes.lock(connection, "A-1")
        await order_writes.write(connection, pending_writes(S.CANCELLED))
        receiving = asyncio.create_task(orders.receive(order(), NOON))
        await waits_its_turn(pool, receiving)
    await receiving
    row = await reader.get("A-1")
    assert row is not None
    assert row.status is S.CANCELLED


async def test_a_step_waits_for_a_step_of_the_same_order_only(
    orders: PostgresOrderStore, reader: PostgresOrderReader, pool: Pool
) -> None:
    """Each holds its locks in its own order otherwise, which could end in a deadlock."""
    await orders.receive(order("A-1"), NOON)
    await orders.receive(order("B-1"), NOON)
    async with transaction(pool) as connection:
        await order_writes.lock(connection, "A-1")
        recording = asyncio.create_task(orders.record(pending_writes(*TO_PENDING)))
        await waits_its_turn(pool, recording)
        await orders.record(pending_writes(*TO_PENDING, order_id="B-1"))
        await order_writes.write(connection, pending_writes(*TO_PENDING, S.APPROVED))
    await recording
    row = await reader.get("A-1")
    assert row is not None
    assert row.status is S.APPROVED
