"""`audit verify` finds everything that a superuser can do to the audit log."""

import asyncio
from pathlib import Path

import pytest

from db.audit import events
from db.audit.events import NewEvent
from db.audit.log import PostgresAuditLog
from db.pool import Connection, Pool
from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.audit.log import append, faults, head
from tests.integration.cli.conftest import Cli
from tests.integration.db.builders import NOON

REHASH = "UPDATE workflow_events SET hash = workflow_events_hash(workflow_events) WHERE order_id LIKE 'B-%'"


TAMPERING: dict[str, tuple[str, list[tuple[str, str, int]]]] = {
    "a detail changed": (
        "UPDATE workflow_events SET detail = '{\"note\": \"never\"}' WHERE order_id = 'B-1' AND position = 2",
        [("changed", "B-1", 2)],
    ),
    "an actor taken out": (
        "UPDATE workflow_events SET actor = NULL WHERE order_id = 'B-1' AND position = 4",
        [("changed", "B-1", 4)],
    ),
    "a time moved by a microsecond": (
        "UPDATE workflow_events SET occurred_at = occurred_at + interval '1 microsecond'"
        " WHERE order_id = 'C-1' AND position = 1",
        [("changed", "C-1", 1)],
    ),
    "a time that no calendar has": (
        "UPDATE workflow_events SET recorded_at = 'infinity' WHERE order_id = 'C-1' AND position = 1",
        [("changed", "C-1", 1)],
    ),
    "a year that Python has not": (
        "UPDATE workflow_events SET occurred_at = '20000-01-01' WHERE order_id = 'C-1' AND position = 1",
        [("changed", "C-1", 1)],
    ),
    "moved to another place of the log": (
        "UPDATE workflow_events SET event_id = 999 WHERE order_id = 'A-1' AND position = 3",
        [("changed", "A-1", 3)],
    ),
    "a middle event deleted": (
        "DELETE FROM workflow_events WHERE order_id = 'B-1' AND position = 2",
        [("missing", "B-1", 2)],
    ),
    "the first event deleted": (
        "DELETE FROM workflow_events WHERE order_id = 'B-1' AND position = 1",
        [("missing", "B-1", 1)],
    ),
    "deleted and the rest moved up": (
        "DELETE FROM workflow_events WHERE order_id = 'B-1' AND position = 2;"
        "UPDATE workflow_events SET position = position - 1 WHERE order_id = 'B-1' AND position > 2",
        [("broken_link", "B-1", 2), ("changed", "B-1", 2), ("changed", "B-1", 3)],
    ),
    "two events swapped": (
        "UPDATE workflow_events SET position = 5 - position WHERE order_id = 'B-1' AND position IN (2, 3)",
        [
            *(("broken_link", "B-1", 2), ("changed", "B-1", 2)),
            *(("broken_link", "B-1", 3), ("changed", "B-1", 3)),
            ("broken_link", "B-1", 4),
        ],
    ),
    "an event rewritten with its own hash": (
        "UPDATE workflow_events SET detail = '[]' WHERE order_id = 'B-1' AND position = 2; REHASH",
        [("broken_link", "B-1", 3)],
    ),
    "an event slipped in": (
        "INSERT INTO workflow_events SELECT 999, order_id, 'new', type, actor, detail, occurred_at,"
        " recorded_at, position, previous_hash, hash FROM workflow_events"
        " WHERE order_id = 'B-1' AND position = 2",
        [("broken_link", "B-1", 2), ("changed", "B-1", 2)],
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
async def test_each_change_is_found_and_named(cli: Cli, intruder: Connection, name: str) -> None:
    """By its kind, order and position; nothing else is accused."""
    assert await faults(cli) == []
    statements, expected = TAMPERING[name]
    await intruder.execute(statements.replace("REHASH", REHASH))
    found = await faults(cli)
    assert set(found) == set(expected)
    (order_id,) = {order_id for _, order_id, _ in expected}
    assert set(await faults(cli, "--order", order_id)) == set(expected)
    others = {"A-1", "B-1", "C-1"} - {order_id}
    assert [fault for other in sorted(others) for fault in await faults(cli, "--order", other)] == []


BEYOND_THE_CHAIN = {
    "the tail of an order": "DELETE FROM workflow_events WHERE order_id = 'B-1' AND position > 2",
    "a whole order": "DELETE FROM workflow_events WHERE order_id = 'C-1'",
    "the last event rewritten with its hash": (
        "UPDATE workflow_events SET actor = 'x' WHERE order_id = 'B-1' AND position = 4; REHASH"
    ),
    "an order under another name": (
        "UPDATE workflow_events SET order_id = 'B-2' WHERE order_id = 'B-1' AND position = 1; REHASH"
    ),
    "everything": "DELETE FROM workflow_events",
}


@pytest.mark.parametrize("name", BEYOND_THE_CHAIN)
async def test_a_head_shows_what_the_chain_cannot(
    cli: Cli, intruder: Connection, tmp_path: Path, name: str
) -> None:
    """What ends a chain is not missed by what follows it; a head that was kept elsewhere misses it."""
    kept, _ = await head(cli, tmp_path)
    assert await faults(cli, "--head", kept) == []
    await intruder.execute(BEYOND_THE_CHAIN[name].replace("REHASH", REHASH))
    assert ("head", None, None) in await faults(cli, "--head", kept)


async def test_a_head_holds_while_the_log_grows(cli: Cli, pool: Pool, tmp_path: Path) -> None:
    """New events of known orders and new orders are no fault; as text it is as good as in its file."""
    kept, text = await head(cli, tmp_path)
    await append(pool, "B-1", "later")
    await append(pool, "A-0", "new")
    assert await faults(cli, "--head", kept) == []
    assert await faults(cli, "--head", text) == []
    result = await cli("audit", "verify", "--head", kept)
    assert "14 events of 4 orders: every hash is right; all is there up to event 12" in result.stdout


async def test_a_head_taken_while_somebody_writes(cli: Cli, pool: Pool, tmp_path: Path) -> None:
    """An event that is committed after the head, with a number before it, would be a false alarm."""
    async with pool.acquire() as slow:
        await slow.execute("BEGIN")
        await events.append(slow, "A-1", [NewEvent("slow", "t", NOON)])
        await append(pool, "B-1", "quick")
        taking = asyncio.create_task(head(cli, tmp_path))
        while not taking.done() and not await pool.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
        ):
            await asyncio.sleep(0.01)
        await slow.execute("COMMIT")
    _, text = await taking
    assert "event_id=14 events=14 orders=3" in text
    assert await faults(cli, "--head", text) == []


async def test_an_order_that_the_log_does_not_know(cli: Cli, pool: Pool) -> None:
    """Is not reported as whole."""
    result = await cli("audit", "verify", "--order", "nobody")
    assert result.exit_code == ExitCode.UNKNOWN_ORDER


async def test_the_log_is_read_in_batches(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it is: what is fetched at a time is bounded, and nothing is lost at the seams."""
    monkeypatch.setattr("db.audit.log.BATCH", 5)
    log = PostgresAuditLog(pool)
    assert len([each async for each in log.by_order()]) == 12
