"""The audit log proven and exported from a terminal, and everything that a superuser could do to it found."""

import asyncio
import csv
import hashlib
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from db.audit import events
from db.audit.events import NewEvent
from db.audit.log import PostgresAuditLog
from db.pool import Connection, Pool, open_pool, transaction
from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import ROOT, Cli
from tests.integration.db.make import NOON

REHASH = "UPDATE workflow_events SET hash = workflow_events_hash(workflow_events) WHERE order_id LIKE 'B-%'"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """As the processes open it; three orders of four events each."""
    async with await open_pool(database_url, "tests") as opened:
        for order_id in ("A-1", "B-1", "C-1"):
            await append(opened, order_id, *(f"key-{number}" for number in range(1, 5)))
        yield opened


async def append(pool: Pool, order_id: str, *keys: str, **detail: str) -> None:
    async with transaction(pool) as connection:
        new = [NewEvent(key, f"type.{key}", NOON, "slack_user:U1", detail) for key in keys]
        assert len(await events.append(connection, order_id, new)) == len(keys)


@pytest.fixture
async def intruder(owner_database_url: str, pool: Pool) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A superuser who has switched everything off that could stop them."""
    connection = await asyncpg.connect(owner_database_url)
    await connection.execute("ALTER TABLE workflow_events DISABLE TRIGGER ALL")
    await connection.execute("ALTER TABLE workflow_events DROP CONSTRAINT workflow_events_positions")
    yield connection
    await connection.close()


async def faults(cli: Cli, *arguments: str) -> list[tuple[str, str | None, int | None]]:
    """What verify names: kind, order, position. Exit code and words agree with that."""
    result = await cli("audit", "verify", "--json", *arguments)
    document = json.loads(result.stdout)
    assert result.exit_code == (ExitCode.OK if document["ok"] else ExitCode.FAULTS)
    assert document["fault_count"] == len(document["faults"])
    spoken = (await cli("audit", "verify", *arguments)).stdout.splitlines()
    assert len(spoken) == len(document["faults"]) + 1
    return [(each["kind"], each["order_id"], each["position"]) for each in document["faults"]]


async def head(cli: Cli, tmp_path: Path) -> tuple[str, str]:
    """The head of the log as it stands: the file with it, and as text."""
    file = tmp_path / "head.txt"
    result = await cli("audit", "export", "--since", "1h", "--head-file", str(file))
    assert result.exit_code == ExitCode.OK, result.output
    text = file.read_text().strip()
    assert text in result.stderr
    return str(file), text


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


def _field(value: str | int | None) -> bytes:
    """From the description in docs/audit-log.md, not from the code."""
    if value is None:
        return b"-,"
    text = str(value).encode("utf-8")
    return str(len(text)).encode() + b":" + text + b","


def _microseconds(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime.fromisoformat("1970-01-01T00:00:00Z")) // timedelta(
        microseconds=1
    )


async def test_an_exported_line_can_be_checked_by_anybody(cli: Cli, pool: Pool) -> None:
    """Every hash of an export comes out of the description on the page, and so does the head."""
    await append(pool, "Ö-1", "odd", text='é \u202e 👩‍👩‍👧 \\ " \n =1+1', empty="")
    result = await cli("audit", "export", "--since", "1h", "--format", "jsonl")
    assert result.stdout.isascii()
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["event_id"] for line in lines] == sorted(line["event_id"] for line in lines)
    assert len(lines) == 13
    last: dict[str, tuple[int, str]] = {}
    for line in lines:
        position, previous = last.get(line["order_id"], (0, None))
        assert (line["position"], line["previous_hash"]) == (position + 1, previous)
        fields = [1, line["previous_hash"], line["position"], line["event_id"], line["order_id"]]
        fields += [line["event_key"], line["type"], line["actor"], _microseconds(line["occurred_at"])]
        fields += [_microseconds(line["recorded_at"]), line["detail"]]
        assert hashlib.sha256(b"".join(map(_field, fields))).hexdigest() == line["hash"]
        last[line["order_id"]] = (line["position"], line["hash"])
    assert json.loads(lines[-1]["detail"])["text"] == 'é \u202e 👩‍👩‍👧 \\ " \n =1+1'
    ends = sorted(last.items(), key=lambda each: each[0].encode())
    digest = hashlib.sha256(b"".join(_field(each) for order_id, end in ends for each in (order_id, *end)))
    assert f"event_id={lines[-1]['event_id']} events=13 orders=4 sha256={digest.hexdigest()}" in result.stderr


async def test_the_script_on_the_page_checks_an_export(cli: Cli, pool: Pool) -> None:
    """It accepts an export, and not one with a changed letter, a missing line or another order of lines."""
    page = await asyncio.to_thread((ROOT / "docs" / "audit-log.md").read_text)
    [script] = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = (await cli("audit", "export", "--since", "1h")).stdout.splitlines()
    assert await _accepts(script, lines)
    assert not await _accepts(script, [lines[0].replace("type.key-1", "type.key-2"), *lines[1:]])
    assert not await _accepts(script, [*lines[:1], *lines[2:]])
    assert not await _accepts(script, lines[::-1])


async def _accepts(script: str, lines: list[str]) -> bool:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=pipe, stderr=pipe)
    _, said = await process.communicate("\n".join(lines).encode())
    assert process.returncode == 0 or b"AssertionError" in said, said
    return process.returncode == 0


async def test_csv_is_no_formula(cli: Cli, pool: Pool, tmp_path: Path) -> None:
    """Cells that a spreadsheet would calculate get a ' in front; taking it off gives the text back."""
    hostile = [
        '=HYPERLINK("http://x","y")',
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "'quoted",
        'plain, "x"\n2',
    ]
    async with transaction(pool) as connection:
        new = [NewEvent(text, text, NOON, text) for text in hostile]
        await events.append(connection, "=cmd|' /C calc'!A0", new)
    file = tmp_path / "log.csv"
    result = await cli("audit", "export", "--since", "1h", "--format", "csv", "--output", str(file))
    assert result.exit_code == ExitCode.OK, result.output
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 12 + len(hostile)
    cells = [cell for row in rows for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    for row, text in zip(rows[12:], hostile, strict=True):
        assert [_taken_off(row[name]) for name in ("event_key", "type", "actor")] == [text] * 3
        assert row["order_id"] == "'=cmd|' /C calc'!A0"
    assert _taken_off(rows[0]["order_id"]) == "A-1"


def _taken_off(cell: str) -> str:
    return cell.removeprefix("'")


async def test_exports_of_times_that_follow_each_other_have_each_event_once(
    cli: Cli, pool: Pool, tmp_path: Path
) -> None:
    """From a moment on, and before another; into a file that only its owner reads."""
    moment = (await pool.fetchval("SELECT max(recorded_at) FROM workflow_events")).isoformat()
    counts = list[int]()
    for span in (["--since", "2020-01-01", "--until", moment], ["--since", moment]):
        file = tmp_path / f"{len(counts)}.jsonl"
        result = await cli("audit", "export", *span, "--output", str(file), "--json")
        document = json.loads(result.stdout)
        counts.append(document["events"])
        assert len(file.read_text().splitlines()) == document["events"]
        assert file.stat().st_mode & 0o077 == 0
        assert (document["head"]["events"], document["head"]["orders"]) == (12, 3)
        assert document["head"]["text"] in result.stderr
    assert counts == [11, 1]
    left = {name for name in os.listdir(tmp_path) if "jsonl" in name}
    assert left == {"0.jsonl", "1.jsonl"}


async def test_an_order_that_the_log_does_not_know(cli: Cli, pool: Pool) -> None:
    """Is not reported as whole."""
    result = await cli("audit", "verify", "--order", "nobody")
    assert result.exit_code == ExitCode.UNKNOWN_ORDER


async def test_the_log_is_read_in_batches(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it is: what is fetched at a time is bounded, and nothing is lost at the seams."""
    monkeypatch.setattr("db.audit.log.BATCH", 5)
    log = PostgresAuditLog(pool)
    assert len([each async for each in log.by_order()]) == 12


async def test_a_disk_that_is_full_is_not_the_database(cli: Cli, pool: Pool, tmp_path: Path) -> None:
    """The file is named, nothing half written is left, and standard output is no exception."""
    missing = tmp_path / "nowhere" / "log.csv"
    result = await cli("audit", "export", "--since", "1h", "--output", str(missing))
    assert result.exit_code == ExitCode.USAGE
    assert f"{missing}: cannot be written: No such file" in result.stderr
    result = await cli("audit", "export", "--since", "1h", "--head-file", str(tmp_path))
    assert result.exit_code == ExitCode.USAGE
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []


async def test_standard_output_that_is_full(environment: dict[str, str], pool: Pool) -> None:
    """As when the reader of a pipe has seen enough."""
    command = "exec python -m orchestration.cli audit export --since 1h >/dev/full"
    command = command.replace("python", sys.executable, 1)
    process = await asyncio.create_subprocess_shell(command, env=environment, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert b"standard output: cannot be written: No space left" in said
    assert b"PostgreSQL" not in said
    assert process.returncode == ExitCode.USAGE
