"""Whether two patterns for customers, such as ``Acme*``, could match the same name."""

import re
from collections.abc import Iterable

_PART = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)
_ANYTHING, _ANY_ONE = "*", "?"


def can_overlap(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether one of the first patterns and one of the second have a name in common. If in doubt, yes."""
    others = [_parts(pattern) for pattern in second]
    return any(_overlap(_parts(pattern), other) for pattern in first for other in others)


def _parts(pattern: str) -> list[str]:
    # A set of letters counts as any letter.
    return [_ANY_ONE if len(part) > 1 else part for part in _PART.findall(pattern.casefold())]


def _overlap(first: list[str], second: list[str]) -> bool:
    # reached[j]: what has been seen of `first` and the first j parts of `second` can stand for the same text.
    reached = [True]
    for part in second:
        reached.append(reached[-1] and part == _ANYTHING)
    for mine in first:
        before, reached = reached, [reached[0] and mine == _ANYTHING]
        for j, other in enumerate(second):
            if _ANYTHING in {mine, other}:
                reached.append(before[j + 1] or reached[j] or before[j])
            else:
                reached.append(before[j] and (mine == other or _ANY_ONE in {mine, other}))
    return reached[-1]
