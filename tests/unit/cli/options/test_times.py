"""Options that are durations, or moments in the past."""

from datetime import UTC, datetime

import pytest

from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.times import parse_moment
from tests.unit.cli.fakes import FakeConnections, run, workflows_of


@pytest.mark.parametrize("text", ["5", "soon", "-3h", "0s", "1:00", "99999999d", "PT", "P99999D", "3.5h"])
def test_a_duration_that_is_none_is_a_usage_error(text: str) -> None:
    """Bare numbers are refused: their unit would be a guess."""
    result = run(FakeConnections(), "start-workflow", f"--run-timeout={text}")
    assert result.exit_code == ExitCode.USAGE
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15M", 900), ("3d", 259_200), ("PT4H", 14_400)])
def test_durations(text: str, seconds: int) -> None:
    """Words as people write them, and ISO 8601."""
    connections = FakeConnections()
    assert run(connections, "start-workflow", "--run-timeout", text).exit_code == ExitCode.OK
    [(_, run_timeout)] = workflows_of(connections).orders
    assert run_timeout is not None
    assert run_timeout.total_seconds() == seconds


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


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
