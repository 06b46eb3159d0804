"""`delegations`: the list."""

import json

from orchestration.cli.exit_codes import ExitCode
from tests.unit.cli.builders import granted
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, run


def test_the_active_ones_are_listed() -> None:
    """One a line in a pipe, or as one document."""
    database = FakeDatabase(active=(granted(), granted("U0BOB0001", group="finance")))
    lines = run(FakeConnections(None, database), "delegations").stdout.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["U0ALICE01", "U7", "all"],
        ["U0BOB0001", "U7", "finance"],
    ]
    document = json.loads(run(FakeConnections(None, database), "delegations", "--json").stdout)
    first, second = document["delegations"]
    assert (first["person"], first["until"], second["group"]) == (
        "U0ALICE01",
        "2026-03-05T09:30:00Z",
        "finance",
    )


def test_no_delegations() -> None:
    """Said, not just left empty."""
    result = run(FakeConnections(None, FakeDatabase()), "delegations")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "")
    assert "Nobody has delegated" in result.stderr
