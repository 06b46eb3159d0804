import getpass
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options import time_zone
from orchestration.cli.options.time_zone import terminal_zone
from orchestration.domain.actor import Delegation
from orchestration.domain.approval.delegations import Granted
from orchestration.domain.errors import DelegationRefused
from tests.unit.cli.fakes import NOW, FakeConnections, FakeDatabase, FakeWorkflows, run

PAIR = ["delegate", "--from", "U0ALICE01", "--to", "U0CAROL01"]


def granted(person: str = "U0ALICE01", delegate: str = "U7", **fields: Any) -> Granted:
    base = {"since": NOW, "until": NOW + timedelta(days=3), "created_by": "operator:ana"}
    new = {"delegation_id": "d-1", "person": person, "delegate": delegate}
    return Granted.model_validate(new | base | fields)


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


@pytest.mark.parametrize(
    "command", [["delegations"], [*PAIR, "--until", "3d"], ["delegate", "--off", "--from", "U1"]]
)
def test_without_a_database_nothing_is_done(command: list[str]) -> None:
    """Exit code 5."""
    assert run(FakeConnections(None, None), *command).exit_code == ExitCode.UNANSWERED


def test_a_slack_user_decides_for_their_colleagues_too() -> None:
    """The decision says for whom; another's delegate is not meant."""
    workflows = FakeWorkflows()
    database = FakeDatabase(active=(granted(group="finance"), granted("U0BOB0001", "U8")))
    result = run(FakeConnections(workflows, database), "signal", "ord-1", "approve", "--as", "U7")
    assert result.exit_code == ExitCode.OK
    assert workflows.decisions[0][2].actor.delegations == (Delegation(person="U0ALICE01", group="finance"),)


def test_an_operator_decides_for_nobody() -> None:
    """The database is not even asked."""
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows, None), "signal", "ord-1", "approve")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert workflows.decisions[0][2].actor.delegations == ()


def test_without_a_database_a_slack_user_decides_for_nobody_else() -> None:
    """A note says so, and the decision is sent."""
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows, None), "signal", "ord-1", "approve", "--as", "U7", "--json")
    assert result.exit_code == ExitCode.OK
    assert result.stderr.startswith("Whom they decide for could not be looked up, so for nobody: PostgreSQL")
    assert workflows.decisions[0][2].actor.delegations == ()


@pytest.mark.parametrize("named", ["Europe/Berlin", ":Europe/Berlin"])
def test_the_zone_that_tz_names(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the colon that POSIX allows."""
    monkeypatch.setenv("TZ", named)
    assert terminal_zone() == "Europe/Berlin"


def test_the_zone_that_the_machine_is_set_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the file that /etc/localtime leads to."""
    file = tmp_path / "zoneinfo" / "Asia" / "Tokyo"
    file.parent.mkdir(parents=True)
    file.touch()
    (tmp_path / "localtime").symlink_to(file)
    monkeypatch.setattr(time_zone, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.delenv("TZ", raising=False)
    assert terminal_zone() == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("posix", "name"), [("XXX-2", "Etc/GMT-2"), ("XXX5", "Etc/GMT+5"), ("XXX-5:30", "UTC")]
)
def test_a_zone_without_a_name(
    posix: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offset, where it has a name."""
    import time

    monkeypatch.setattr(time_zone, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.setenv("TZ", posix)
    time.tzset()
    try:
        assert terminal_zone() == name
    finally:
        monkeypatch.undo()
        time.tzset()
