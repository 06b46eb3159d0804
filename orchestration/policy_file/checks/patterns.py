"""Finds out whether two patterns for customers, such as ``Acme*``, can match the same name."""

import re
from collections.abc import Iterable

_PART = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)
_ANYTHING, _ANY_ONE = "*", "?"


def can_overlap(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether a first and a second pattern can match the same name. Sets of letters count as any letter."""
    others = [_parts(pattern) for pattern in second]
    return any(_overlap(_parts(pattern), other) for pattern in first for other in others)


def _parts(pattern: str) -> list[str]:
    return [_ANY_ONE if len(part) > 1 else part for part in _PART.findall(pattern.casefold())]


def _overlap(first: list[str], second: list[str]) -> bool:
    # reached[j]: the parts of `first` so far and the first j parts of `second` can match the same text.
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
