"""`history`: the events of an order."""

import json

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.ports.audit_log import Event
from tests.unit.cli.builders import NOW
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, run

pytestmark = pytest.mark.usefixtures("zone_east_of_utc")


def test_history_shows_each_event() -> None:
    """Time, what, who, and the rest."""
    events = (
        Event(1, "ord-1", "status.CREATED", None, {}, NOW, NOW),
        Event(2, "ord-1", "decision.refused", "U9", {"verdict": "own_order", "note": "é\x1b"}, NOW, NOW),
    )
    connections = FakeConnections(None, FakeDatabase(events=events))
    lines = run(connections, "history", "ord-1").stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["2026-03-02 10:30:00", "status.CREATED", ""]
    assert lines[1].split("\t")[1:] == ["decision.refused", "U9", "verdict=own_order, note=é\ufffd"]
    document = json.loads(run(connections, "history", "ord-1", "--json").stdout)
    assert document["events"][1]["detail"] == {"verdict": "own_order", "note": "é\x1b"}
    assert document["events"][0]["occurred_at"] == "2026-03-02T09:30:00Z"


def test_history_of_an_unknown_order() -> None:
    """Exit code 3."""
    assert run(FakeConnections(None, FakeDatabase()), "history", "ord-1").exit_code == ExitCode.UNKNOWN_ORDER
