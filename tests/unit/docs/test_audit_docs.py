"""The page about the audit log names what there is."""

import re

import pytest

from orchestration.domain.audit.chain import ChainFaultKind
from orchestration.domain.audit.head import Head
from tests.unit.docs.repo import ROOT, text

PAGE = text("docs/audit-log.md")


@pytest.mark.parametrize("shown_by", re.findall(r"`(tests/[^`]+)`", PAGE))
def test_what_it_says_is_shown_by_a_test(shown_by: str) -> None:
    """That is there, under this name."""
    path, _, name = shown_by.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text() if name else (ROOT / path).is_file()


def test_it_has_each_fault_and_the_form_of_a_head() -> None:
    """In the words of the commands."""
    faults = re.search(r"^\| fault \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert faults
    assert len(faults[1].splitlines()) == len(ChainFaultKind)
    [shown] = re.findall(r"^countersign-head-.*$", PAGE, re.MULTILINE)
    assert str(Head(1042, 1040, 97, "6f1c...")) == shown
