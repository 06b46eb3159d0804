"""The named queries: complete, described, each used; and text that PostgreSQL can store."""

import json
import re
from pathlib import Path

import pytest

import db
from db.pool import Pool
from db.sql import BadQueryFile, parse, query, shipped
from db.text import storable, to_json


def test_every_query_is_used() -> None:
    """By the name that it has in its file."""
    (folder,) = db.__path__
    code = "".join(path.read_text() for path in Path(folder).glob("*.py"))
    assert set(re.findall(r'query\("(\w+)"\)', code)) == set(shipped())


@pytest.mark.parametrize(
    "text",
    [
        "-- name: a\n-- One.\nSELECT 1;\n-- name: a\n-- Again.\nSELECT 2;\n",
        "-- name: a\nSELECT 1;\n",
        "-- name: a\n-- Nothing.\n\n",
        "SELECT 1;\n",
        "-- name: a\n-- One.\nSELECT 1;\n-- name:\nSELECT 2;\n",
    ],
)
def test_a_bad_query_file(text: str) -> None:
    """Named twice, not described, empty, not named: refused when it is read."""
    with pytest.raises(BadQueryFile):
        parse([text])


def test_a_name_that_is_not_there() -> None:
    """Refused when the module that uses it is imported."""
    with pytest.raises(BadQueryFile, match="no_such_query"):
        query("no_such_query")


async def test_every_query_is_valid_sql(pool: Pool) -> None:
    """PostgreSQL can prepare each of them."""
    async with pool.acquire() as connection:
        for statement in shipped().values():
            await connection.prepare(statement)


async def test_any_text_can_be_stored(pool: Pool) -> None:
    """What PostgreSQL refuses is replaced, everything else comes back as it was."""
    hostile = "quote ' \" \\ \\u0000 emoji 👩‍👩‍👧 rtl \u202e"
    assert storable(hostile) == hostile
    assert storable("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    value = {"k\x00": ["\udfff", (1, None, True, {"deep": hostile})]}
    stored = await pool.fetchval("SELECT $1::jsonb", value)
    assert stored == {"k\ufffd": ["\ufffd", [1, None, True, {"deep": hostile}]]}
    assert stored == json.loads(to_json(value))
