"""The application's own help."""

from orchestration.cli.exit_codes import MEANINGS, ExitCode
from tests.unit.cli.fakes import FakeConnections, run


def test_help_lists_every_exit_code() -> None:
    """Scripts are written from it."""
    shown = run(FakeConnections(), "--help").stdout
    assert set(MEANINGS) == set(ExitCode)
    for code, meaning in MEANINGS.items():
        assert f"{code.value}: {meaning}" in shown
