"""The SQL that the documents show runs against the tables as they are."""

import re

import pytest

from db.pool import Pool
from tests.unit.docs.repo import text

_STATEMENTS = [
    statement
    for page in ("docs/operate.md", "docs/integrate.md")
    for statement in re.findall(r"^SELECT .*?;$", text(page), re.MULTILINE | re.DOTALL)
]


def test_there_are_such_statements() -> None:
    """The test below would also pass if it found none."""
    assert len(_STATEMENTS) == 2


@pytest.mark.parametrize("statement", _STATEMENTS)
async def test_the_processes_may_run_it(pool: Pool, statement: str) -> None:
    """As the role of the processes."""
    await pool.fetch(statement)
