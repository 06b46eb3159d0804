"""Checks all promises, one after the other."""

from tests.chaos.checker import audit, cards, clicks, endings, money, rights
from tests.chaos.checker.evidence import Evidence, Violation


def judge(evidence: Evidence) -> list[Violation]:
    """Return every promise that was not kept; none is what we want."""
    parts = (clicks, money, cards, endings, audit, rights)
    return [violation for part in parts for violation in part.check(evidence)]
