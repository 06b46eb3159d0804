from fnmatch import fnmatchcase
from itertools import product

import pytest

from orchestration.policy_file.checks.patterns import can_overlap


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ("Acme", "acme", True),
        ("Acme", "Acme Corp", False),
        ("Acme*", "*Corp", True),
        ("Acme*", "Globex*", False),
        ("a*b*c", "a?c", True),
        ("[ab]c", "bc", True),
        ("[", "[", True),
        ("[!", "[]", False),
    ],
)
def test_patterns_that_can_and_cannot_meet(first: str, second: str, meet: bool) -> None:
    """Without regard to case, and the same from both sides."""
    assert can_overlap([first], [second]) == can_overlap([second], [first]) == meet


def _all(letters: str, longest: int) -> list[str]:
    return ["".join(each) for length in range(longest + 1) for each in product(letters, repeat=length)]


def test_two_patterns_meet_if_some_name_matches_both() -> None:
    """Tried out for all short patterns; a longer name than both together is never needed."""
    matched = {
        pattern: {name for name in _all("ab", 4) if fnmatchcase(name, pattern)} for pattern in _all("ab*?", 2)
    }
    for first, second in product(matched, repeat=2):
        assert can_overlap([first], [second]) == bool(matched[first] & matched[second]), (first, second)
