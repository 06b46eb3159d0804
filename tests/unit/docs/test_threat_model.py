"""The threat model names tests that exist, and every refusal that it relies on."""

import re

import pytest

from tests.unit.docs.repo import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text()
ROWS = re.findall(r"^\|([^|]*)\|([^|]*)\|([^|]*)\| `(tests/[^`]+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("shown_by", [row[3] for row in ROWS])
def test_each_row_is_shown_by_a_test(shown_by: str) -> None:
    """That is there, under this name."""
    path, _, name = shown_by.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text() if name else (ROOT / path).is_file()


def test_each_row_has_its_test() -> None:
    """None of the table is left out by the pattern above."""
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(lines) - 2 == len(ROWS) > 20


def test_the_page_says_how_long_look_ups_are_kept() -> None:
    """In seconds, as the code has it."""
    from bot.users.cached_lookup import CACHED_FOR

    assert f"kept for {CACHED_FOR:.0f} seconds" in PAGE
