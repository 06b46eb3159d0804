"""`audit export`: lines that anybody can check, safe in a spreadsheet, complete or not there."""

import asyncio
import csv
import hashlib
import json
import os
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

from db.audit import events
from db.audit.events import NewEvent
from db.pool import Pool, transaction
from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.audit.log import append
from tests.integration.cli.conftest import ROOT, Cli
from tests.integration.db.builders import NOON


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
