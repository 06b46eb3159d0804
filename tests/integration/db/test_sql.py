"""Every named query is described and used, and PostgreSQL can store every text."""

import ast
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
    code = "".join(path.read_text() for path in Path(folder).rglob("*.py"))
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


_PASSED_ON = {"log.py", "delegations.py", "order_reader.py"}
"""Files with a `statement` that comes from a table of queries, or from the caller in the same file."""


def test_no_statement_is_put_together_in_code() -> None:
    """Whatever is run comes whole from a .sql file, or is a constant; values go beside it."""
    (folder,) = db.__path__
    for path in Path(folder).rglob("*.py"):
        tree = ast.parse(path.read_text())
        assert not _built(tree), path.name
        for call in _runs(tree):
            passed_on = path.name in _PASSED_ON and ast.unparse(call.args[0]) == "statement"
            assert passed_on or _is_constant(call.args[0], tree), f"{path.name}:{call.lineno}"


@pytest.mark.parametrize(
    "code",
    [
        'c.execute(f"SELECT {x}")',
        'c.fetch("SELECT " + x)',
        'c.fetchval("SELECT %s" % x)',
        'c.fetchrow("SELECT {}".format(x))',
        'statement = f"DELETE FROM {table}"',
        '" ".join(["UPDATE", table])',
    ],
)
def test_a_statement_that_is_put_together_is_found(code: str) -> None:
    """Else the test above would show nothing."""
    assert _built(ast.parse(code))


@pytest.mark.parametrize(
    "code", ["c.execute(sql)", '_A = "SELECT " + x\nc.execute(_A)', '_A = query("a")\n_A += x\nc.execute(_A)']
)
def test_a_statement_from_elsewhere_is_found(code: str) -> None:
    """The same."""
    tree = ast.parse(code)
    assert not any(_is_constant(call.args[0], tree) for call in _runs(tree))


_RUN = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "prepare", "cursor"}
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|ORDER BY|SET|VALUES)\b")


def _built(tree: ast.Module) -> list[ast.expr]:
    """Expressions that make a text of parts, one of which is SQL."""
    made = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.JoinedStr | ast.BinOp)
        or (isinstance(each, ast.Call) and getattr(each.func, "attr", "") in {"format", "join", "replace"})
    ]
    return [each for each in made if any(_SQL.search(text) for text in _texts(each))]


def _texts(expression: ast.expr) -> list[str]:
    constants = (each.value for each in ast.walk(expression) if isinstance(each, ast.Constant))
    return [value for value in constants if isinstance(value, str)]


def _runs(tree: ast.Module) -> list[ast.Call]:
    calls = (each for each in ast.walk(tree) if isinstance(each, ast.Call) and each.args)
    return [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr in _RUN]


def _is_constant(statement: ast.expr, tree: ast.Module) -> bool:
    if isinstance(statement, ast.Constant):
        return isinstance(statement.value, str)
    if isinstance(statement, ast.Subscript):
        statement = statement.value
    if not isinstance(statement, ast.Name):
        return False
    stores = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Name) and each.id == statement.id and isinstance(each.ctx, ast.Store)
    ]
    values = [
        each.value
        for each in tree.body
        if isinstance(each, ast.Assign) and any(target in stores for target in each.targets)
    ]
    return len(stores) == len(values) == 1 and _is_whole(values[0])


def _is_whole(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        return all(map(_is_whole, value.values))
    named = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "query"
    return named or (isinstance(value, ast.Constant) and isinstance(value.value, str))
