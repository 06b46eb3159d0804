"""`register-search-attributes` without Temporal."""

from orchestration.cli.exit_codes import ExitCode
from tests.unit.cli.fakes import FakeConnections, run


def test_commands_that_need_temporal_say_so() -> None:
    """The one that registers search attributes too."""
    result = run(FakeConnections(None), "register-search-attributes")
    assert result.exit_code == ExitCode.UNANSWERED
