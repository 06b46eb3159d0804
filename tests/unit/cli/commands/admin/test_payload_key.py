"""`payload-key`: a key that PAYLOAD_KEYS takes."""

import json

from typer.testing import CliRunner

from orchestration.cli.app import app
from orchestration.cli.exit_codes import ExitCode
from orchestration.keyring import parse_keyring


def test_it_prints_an_entry_and_never_the_same() -> None:
    """Named as asked, or by the month; nothing else on standard output."""
    first = CliRunner().invoke(app, ["payload-key"])
    second = CliRunner().invoke(app, ["payload-key", "2026-11", "--json"])
    entries = [first.stdout.strip(), json.loads(second.stdout)["entry"]]
    rings = [parse_keyring(entry) for entry in entries]
    assert rings[1].current == "2026-11"
    assert len({key for ring in rings for key in ring.keys.values()}) == 2


def test_a_wrong_id_is_said() -> None:
    """With what an id is made of."""
    result = CliRunner().invoke(app, ["payload-key", "a,b"])
    assert result.exit_code == ExitCode.USAGE
    assert "letters, digits" in result.stderr
