"""What `audit` is asked for, before anything is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.times import parse_moment
from orchestration.domain.audit.event import LastEvent, netstring
from orchestration.domain.audit.head import Head, HeadBuilder
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, run

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HEAD = Head(7, 6, 2, "0" * 64)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7d", datetime(2026, 11, 18, 12, 0, tzinfo=UTC)),
        ("1h30m", datetime(2026, 11, 25, 10, 30, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 19, 23, 0, tzinfo=UTC)),
        ("2026-11-20T14:00", datetime(2026, 11, 20, 13, 0, tzinfo=UTC)),
        ("2026-11-20T14:00:00Z", datetime(2026, 11, 20, 14, 0, tzinfo=UTC)),
        ("2026-11-20 14:00-05:00", datetime(2026, 11, 20, 19, 0, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, moment: datetime) -> None:
    """So long ago, or a time; without an offset it is the terminal's own."""
    assert parse_moment("--since", text, NOW, "Europe/Berlin") == moment


@pytest.mark.parametrize(
    "text", ["", "yesterday", "7", "-7d", "2026-13-01", "0001-01-01T00:00+14:00", "9999d"]
)
def test_what_is_no_moment(text: str) -> None:
    """Refused with the option's name and with examples."""
    with pytest.raises(UsageError, match="--until"):
        parse_moment("--until", text, NOW, "Europe/Berlin")


def test_a_head_is_read_as_it_was_written() -> None:
    """With a line break at its end, too."""
    assert Head.parse(f"{HEAD}\n") == HEAD


@pytest.mark.parametrize(
    "text", ["", "countersign-head-1", str(HEAD)[:-1], str(HEAD) + "0", f"{HEAD} {HEAD}"]
)
def test_what_is_no_head(text: str) -> None:
    """Cut off, or something else."""
    with pytest.raises(ValueError, match="not a head"):
        Head.parse(text)


def test_a_head_depends_on_each_order() -> None:
    """On its name, its length and its last hash, and on nothing running together."""
    ends = [LastEvent("a", 11, b"\x01"), LastEvent("a1", 1, b"\x01"), LastEvent("a", 11, b"\x02")]
    heads = []
    for end in ends:
        builder = HeadBuilder()
        builder.add(end)
        heads.append(builder.build(3).digest)
    assert len(set(heads)) == len(ends)
    assert (netstring(None), netstring(""), netstring("é")) == (b"-,", b"0:,", b"2:\xc3\xa9,")


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
