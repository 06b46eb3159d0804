"""The database chains each event to the one before it, however many write at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from db.audit import events
from db.audit.events import NewEvent
from db.audit.log import PostgresAuditLog
from db.pool import Pool, open_pool, transaction
from orchestration.domain.audit.chain import ChainCheck
from orchestration.domain.audit.event import ChainedEvent
from tests.integration.db.builders import NOON

_INSERT = "INSERT INTO workflow_events (order_id, event_key, type, occurred_at) VALUES ($1, $2, 't', now())"


@pytest.fixture
def log(pool: Pool) -> PostgresAuditLog:
    return PostgresAuditLog(pool)


async def chain(log: PostgresAuditLog, order_id: str | None = None) -> list[ChainedEvent]:
    """All events, which are right as they stand."""
    check, found = ChainCheck(), list[ChainedEvent]()
    async for event in log.by_order(order_id):
        assert check.add(event) == ()
        found.append(event)
    return found


async def append(pool: Pool, order_id: str, *keys: str) -> set[str]:
    """In one statement."""
    async with transaction(pool) as connection:
        return await events.append(connection, order_id, [NewEvent(key, "t", NOON) for key in keys])


async def test_each_order_has_a_chain_of_its_own(pool: Pool, log: PostgresAuditLog) -> None:
    """1, 2, 3, each with the hash of the one before; the first with none."""
    for order_id in ("A-1", "B-1"):
        await append(pool, order_id, "a", "b")
        await append(pool, order_id, "c")
    first, second, third = await chain(log, "A-1")
    assert [each.position for each in (first, second, third)] == [1, 2, 3]
    assert [each.event_key for each in (first, second, third)] == ["a", "b", "c"]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (None, first.hash, second.hash)
    assert len({each.hash for each in await chain(log)}) == 6


async def test_many_writers_of_one_order(database_url: str, log: PostgresAuditLog) -> None:
    """12 connections, 20 transactions each: no gap, no branch, and event_id grows with the position."""
    async with await open_pool(database_url, "tests", max_size=12) as many:

        async def write(writer: int) -> None:
            for number in range(20):
                await append(many, "A-1", f"{writer}/{number}", f"{writer}/{number}/again")

        await asyncio.gather(*(write(writer) for writer in range(12)))
    found = await chain(log, "A-1")
    assert [each.position for each in found] == list(range(1, 481))
    assert sorted(found, key=lambda each: each.event_id) == found
    times = [each.recorded_at for each in found if each.recorded_at is not None]
    assert len(times) == 480
    assert times == sorted(times)


async def test_what_is_there_already_leaves_no_gap(pool: Pool, log: PostgresAuditLog) -> None:
    """At the beginning, in the middle and at the end of a statement, and twice in one."""
    await append(pool, "A-1", "b")
    assert await append(pool, "A-1", "b", "c", "b", "d", "c", "d", "e", "b") == {"c", "d", "e"}
    assert await append(pool, "A-1", "e") == set()
    assert [each.event_key for each in await chain(log)] == ["b", "c", "d", "e"]


async def test_writers_of_the_same_events_at_the_same_time(database_url: str, log: PostgresAuditLog) -> None:
    """Retries that overlap: each event once, and none of the losers left anything."""
    keys = [str(number) for number in range(15)]
    async with await open_pool(database_url, "tests", max_size=8) as many:
        added = await asyncio.gather(*(append(many, "A-1", *keys) for _ in range(8)))
    assert sorted(len(each) for each in added) == [0] * 7 + [15]
    assert [each.event_key for each in await chain(log)] == keys


async def test_what_was_rolled_back_leaves_no_gap(pool: Pool, log: PostgresAuditLog) -> None:
    """The next writer goes on from what is there."""
    await append(pool, "A-1", "a")
    async with pool.acquire() as connection:
        await connection.execute("BEGIN")
        await connection.execute(_INSERT, "A-1", "b")
        await connection.execute("ROLLBACK")
    await append(pool, "A-1", "c")
    assert [(each.position, each.event_key) for each in await chain(log)] == [(1, "a"), (2, "c")]


async def test_an_old_snapshot_is_refused(pool: Pool, log: PostgresAuditLog) -> None:
    """A transaction that cannot see the last event gets an error, not a second event at its position."""
    await append(pool, "A-1", "a")
    async with pool.acquire() as old:
        await old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM workflow_events")
        await append(pool, "A-1", "b")
        with pytest.raises(asyncpg.UniqueViolationError):
            await old.execute(f"{_INSERT} ON CONFLICT (order_id, event_key) DO NOTHING", "A-1", "c")
        await old.execute("ROLLBACK")
    assert len(await chain(log)) == 2


async def test_what_a_client_passes_is_overwritten(owner_pool: Pool, log: PostgresAuditLog) -> None:
    """By the owner of the table too; the processes may not even name these columns."""
    before = datetime.now(UTC)
    await owner_pool.execute(
        "INSERT INTO workflow_events (event_id, order_id, event_key, type, occurred_at, recorded_at,"
        " position, previous_hash, hash)"
        " VALUES (77, 'A-1', 'a', 't', now(), '2001-01-01', 9, '\\x00', '\\x00')"
    )
    (event,) = await chain(log)
    assert (event.position, event.previous_hash, event.event_id) == (1, None, 1)
    assert event.recorded_at is not None
    assert event.recorded_at >= (before - timedelta(seconds=5)).timestamp() * 1e6


async def test_any_text_has_a_hash(pool: Pool, log: PostgresAuditLog) -> None:
    """Colons, commas, emoji and no text at all; numbers as PostgreSQL writes them."""
    async with transaction(pool) as connection:
        detail = {"n": 1.10, "big": 10**30, "text": 'é 👩‍👩‍👧 \u202e \\ "', "none": None, "list": [1, [], {}]}
        await events.append(connection, "Ä:1,", [NewEvent("", "", NOON, "", detail), NewEvent("k", "3:a,,")])
    found = await chain(log)
    assert [each.actor for each in found] == ["", None]
    assert len(found) == 2


async def test_the_horizon_waits_for_who_is_writing(database_url: str, pool: Pool) -> None:
    """An event that got its number before the horizon was asked for is there once it is answered."""
    log = PostgresAuditLog(pool)
    assert await log.last_stable_event_id() == 0
    async with await open_pool(database_url, "tests", max_size=2) as others:
        async with others.acquire() as slow:
            await slow.execute("BEGIN")
            await slow.execute(_INSERT, "A-1", "a")
            asking = asyncio.create_task(log.last_stable_event_id())
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not asking.done() and not await others.fetchval(waiting):
                await asyncio.sleep(0.01)
            assert not asking.done()
            await slow.execute("COMMIT")
        assert await asking == 1
