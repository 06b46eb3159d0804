"""Reads named queries from `queries/*.sql`: ``-- name: <name>``, a line of description, and the statement."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"
_HEAD = re.compile(r"^-- name: (\S+)\n-- (\S.*)\n", re.MULTILINE)


class BadQueryFile(Exception):
    """A query is missing, unnamed, undescribed, empty, or named twice."""


def parse(texts: Iterable[str]) -> dict[str, str]:
    """Split files into statements by name. Raises BadQueryFile."""
    queries: dict[str, str] = {}
    for text in texts:
        before, *parts = _HEAD.split(text)
        if before.strip() or text.count("-- name:") != len(parts) // 3:
            raise BadQueryFile("every query starts with '-- name: <name>' and a line of description")
        for name, statement in zip(parts[0::3], parts[2::3], strict=True):
            if name in queries:
                raise BadQueryFile(f"two queries are named {name}")
            if not statement.strip():
                raise BadQueryFile(f"query {name} is empty")
            queries[name] = statement.strip().removesuffix(";")
    return queries


@cache
def shipped() -> dict[str, str]:
    """Return every query that belongs to this code."""
    return parse(path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.sql")))


def query(name: str) -> str:
    """Return one statement. Called at import, so that a wrong name fails before anything runs."""
    try:
        return shipped()[name]
    except KeyError:
        raise BadQueryFile(f"there is no query named {name}") from None
