"""docs/how-it-works.md has the table of statuses and the tables of the database as they are."""

import re

from orchestration.domain.order.status import TRANSITIONS, OrderStatus
from tests.unit.docs.pages import names, rows, sections
from tests.unit.docs.repo import ROOT

_SECTIONS = sections("docs/how-it-works.md")


def test_the_statuses_are_those_of_the_domain() -> None:
    """Each status, with those that may follow it."""
    shown: dict[str, set[str]] = {}
    for status, follow in rows(_SECTIONS["An order's statuses"]):
        for each in status.split(", "):
            assert each not in shown
            shown[each] = set(re.findall(r"\b[A-Z_]{5,}\b", follow))
    assert shown == {status: set(TRANSITIONS[status]) for status in OrderStatus}


def test_the_tables_are_those_of_the_database() -> None:
    """Each of the migrations' tables that people look into, and none that is gone."""
    migrations = "".join(path.read_text() for path in ROOT.glob("db/migrations/*.sql"))
    created = set(re.findall(r"CREATE TABLE (\w+)", migrations)) - {"order_transitions"}
    assert {"orders", "payments", "decisions", "workflow_events", "slack_messages"} <= created
    assert {name for row in rows(_SECTIONS["Tables"]) for name in names(row[0])} == created
