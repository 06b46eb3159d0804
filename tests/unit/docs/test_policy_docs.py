"""The page about the approval policy names what there is."""

import re

import pytest

from orchestration.policy_file.schema import TierTable
from tests.unit.docs.repo import ROOT

PAGE = (ROOT / "docs" / "approval-policy.md").read_text()
ROWS = re.findall(r"^\| (.+) \| (.+) \| (.+) \| `(tests/[^`]+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("shown_by", [row[3] for row in ROWS])
def test_each_rule_is_shown_by_a_test(shown_by: str) -> None:
    """That is there, under this name."""
    path, _, name = shown_by.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text() if name else (ROOT / path).is_file()


def test_each_setting_of_a_tier_is_on_the_page() -> None:
    """By the name that it has in the file."""
    settings = {field.alias or name.replace("_", "-") for name, field in TierTable.model_fields.items()}
    assert len(settings) > 10
    named = " ".join(row[1] for row in ROWS)
    missing = {setting for setting in settings - {"name"} if f"`{setting}`" not in named}
    assert missing <= {"escalations"}
