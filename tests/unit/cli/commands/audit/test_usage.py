"""What `audit` refuses before anything is read."""

from pathlib import Path

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.audit.head import Head
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, run

HEAD = Head(7, 6, 2, "0" * 64)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verify", "--head", str(HEAD), "--order", "ord-1"], "--head"),
        (["verify", "--head", "no-such-file"], "no-such-file"),
        (["verify", "--head", "."], "--head"),
        (["export", "--since", "never"], "--since"),
        (["export", "--since", "7d", "--until", "x"], "--until"),
        (["export", "--since", "7d", "--json"], "--output"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    """Named, before the database is asked."""
    result = run(FakeConnections(database=FakeDatabase()), "audit", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr


def test_a_file_that_holds_no_head(tmp_path: Path) -> None:
    """Is told from a head that does not match."""
    file = tmp_path / "head.txt"
    file.write_text("something else\n")
    result = run(FakeConnections(database=FakeDatabase()), "audit", "verify", "--head", str(file))
    assert result.exit_code == ExitCode.USAGE
    assert "holds no head" in result.stderr


def test_without_a_database() -> None:
    """The same exit code as everywhere."""
    for arguments in (["verify"], ["export", "--since", "7d"]):
        assert run(FakeConnections(), "audit", *arguments).exit_code == ExitCode.UNANSWERED
