"""docs/cli.md has every command with its options, and every exit code."""

import re

import pytest

from orchestration.cli.exit_codes import MEANINGS
from tests.unit.docs.pages import names, rows, sections
from tests.unit.docs.repo import cli_commands, cli_options

_SECTIONS = {name.strip("`"): content for name, content in sections("docs/cli.md").items()}
_EVERYWHERE = {"--json", "--help"}
"""Options of every command, which the page describes once."""


def test_it_has_every_command() -> None:
    """Under a heading of its own, and no command that does not exist."""
    described = {
        name for name, heading in zip(_SECTIONS, sections("docs/cli.md"), strict=True) if "`" in heading
    }
    assert described == set(cli_commands())


@pytest.mark.parametrize("command", cli_commands())
def test_it_has_every_option(command: str) -> None:
    """In the table of the command, and no option that does not exist."""
    described = {name for row in rows(_SECTIONS[command]) for name in names(row[0])}
    assert described == cli_options(command) - _EVERYWHERE


@pytest.mark.parametrize("command", cli_commands())
def test_every_command_has_json(command: str) -> None:
    """As the page says."""
    assert cli_options(command) >= {"--json"}
    assert "Every command has `--json`." in _SECTIONS["Output"]


def test_exit_codes_are_those_of_the_cli() -> None:
    """Number and meaning."""
    found = re.findall(r"^\| (\d+) \| (.+) \|$", _SECTIONS["Exit codes"], re.MULTILINE)
    assert found == [(str(code.value), meaning) for code, meaning in MEANINGS.items()]
