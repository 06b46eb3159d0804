"""`delegate`: what is granted and ended, and how wrong usage is named."""

import getpass
import json
from datetime import UTC, datetime

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.errors import DelegationRefused
from tests.unit.cli.builders import granted
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, run

PAIR = ["delegate", "--from", "U0ALICE01", "--to", "U0CAROL01"]


def test_a_delegation_is_granted_by_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on; the end is in the terminal's zone."""
    monkeypatch.setattr(getpass, "getuser", lambda: "ana")
    monkeypatch.setenv("TZ", "Asia/Singapore")
    database = FakeDatabase()
    result = run(FakeConnections(None, database), *PAIR, "--until", "2027-01-04", "--group", "finance")
    assert result.exit_code == ExitCode.OK, result.output
    [new] = database.grants
    assert (new.person, new.delegate, new.group) == ("U0ALICE01", "U0CAROL01", "finance")
    assert new.until == datetime(2027, 1, 4, 15, 59, 59, tzinfo=UTC)
    assert new.created_by == "operator:ana"
    assert abs((datetime.now(UTC) - new.since).total_seconds()) < 30
    assert result.stdout.startswith("U0CAROL01 decides for U0ALICE01 for finance until 2027-01-0")


def test_a_delegation_as_a_document() -> None:
    """Times in UTC."""
    result = run(FakeConnections(None, FakeDatabase()), *PAIR, "--until", "3d", "--json")
    document = json.loads(result.stdout)
    assert (document["person"], document["delegate"], document["group"]) == ("U0ALICE01", "U0CAROL01", None)
    assert document["until"].endswith("Z")


def test_a_refused_delegation_says_why_and_exits_with_4() -> None:
    """In the store's own sentence."""
    database = FakeDatabase(granted=DelegationRefused("That would be a circle."))
    result = run(FakeConnections(None, database), *PAIR, "--until", "3d")
    assert (result.exit_code, result.stderr.strip()) == (ExitCode.REFUSED, "That would be a circle.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "alice", "--to", "U2", "--until", "3d"], "--from: 'alice' is not an id"),
        (["--from", "U1", "--to", "@carol", "--until", "3d"], "--to: '@carol' is not an id"),
        (["--from", "U1", "--until", "3d"], "--to: is needed"),
        (["--from", "U1", "--to", "U2"], "--until: is needed"),
        (["--from", "U1", "--to", "U2", "--until", "doomsday"], "--until: “doomsday” is no end"),
        (["--from", "U1", "--to", "U2", "--until", "3d", "--group", "a b"], "--group: 'a b' cannot be"),
        (["--from", "U1", "--off", "--to", "U2"], "--off: goes with --from and --group only"),
        (["--from", "U1", "--off", "--until", "3d"], "--off: goes with --from and --group only"),
        (["--from", "alice", "--off"], "--from: 'alice' is not an id"),
    ],
)
def test_wrong_usage_names_the_option(arguments: list[str], said: str) -> None:
    """And nothing is asked of the database."""
    database = FakeDatabase()
    result = run(FakeConnections(None, database), "delegate", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(said)
    assert (database.grants, database.revoked) == ([], [])


@pytest.mark.parametrize("group", [None, "finance"])
def test_ending_delegations(group: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of somebody's, or one group's."""
    monkeypatch.setattr(getpass, "getuser", lambda: "ana")
    database = FakeDatabase(active=(granted(),))
    limit = ["--group", group] if group else []
    result = run(FakeConnections(None, database), "delegate", "--off", "--from", "U0ALICE01", *limit)
    assert result.exit_code == ExitCode.OK
    assert database.revoked == [("U0ALICE01", group, "operator:ana")]
    assert result.stdout.startswith("Nobody decides for U0ALICE01")


def test_ending_what_is_not_there_is_no_failure() -> None:
    """It is as it was wanted to be."""
    result = run(FakeConnections(None, FakeDatabase()), "delegate", "--off", "--from", "U1", "--json")
    assert result.exit_code == ExitCode.OK
    assert "no delegation" in result.stderr
    assert json.loads(result.stdout) == {"person": "U1", "group": None, "ended": 0}


@pytest.mark.parametrize(
    "command", [["delegations"], [*PAIR, "--until", "3d"], ["delegate", "--off", "--from", "U1"]]
)
def test_without_a_database_nothing_is_done(command: list[str]) -> None:
    """Exit code 5."""
    assert run(FakeConnections(None, None), *command).exit_code == ExitCode.UNANSWERED
