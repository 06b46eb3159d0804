"""A small policy file without findings, and changed versions of it."""

from orchestration.domain.policy.approval_policy import ApprovalPolicy
from orchestration.policy_file.load import Diagnostic, examine

NEEDS = "needs = { finance = 1, ops = 1 }"
EXPIRES = 'expires-after = "72h"'
GOOD = f"""\
[groups]
finance = ["U0ALICE01", "U0CAROL01"]
ops = ["U0BOB0001", "U0DAVE001", "U0ERIN001"]
#groups

[[tiers]]
name = "all"
currencies = ["*"]
{NEEDS}
{EXPIRES}
#tier

#more
[[refund-tiers]]
name = "refund"
currencies = ["*"]
automatic = true
"""
"""The comments are places for something to be put."""

OFFICE = """
[hours.office]
time-zone = "Europe/Berlin"
days = ["mon", "tue", "wed", "thu", "fri"]
from = "09:00"
to = "17:30"
"""
ESCALATION = """
[[tiers.escalations]]
after = "4h"
ask = ["ops"]
"""

MARK = " # <- here"
"""Stands at the end of the line that a diagnostic is expected on."""


def changed(*changes: tuple[str, str]) -> str:
    """The good file with each first text replaced by the second."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def marked_line(text: str) -> int | None:
    """The line with the mark, or None."""
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if MARK in line]
    assert len(lines) <= 1
    return lines[0] if lines else None


def errors(text: str) -> list[Diagnostic]:
    """The errors in it; the warnings are left out."""
    policy, diagnostics = examine(text)
    found = [diagnostic for diagnostic in diagnostics if diagnostic.is_error]
    assert (policy is None) == bool(found)
    return found


def policy_of(text: str) -> ApprovalPolicy:
    """The policy, which must be without errors."""
    policy, diagnostics = examine(text)
    assert policy is not None, diagnostics
    return policy
