"""Text from outside, made harmless for terminals, logs and messages: it is read, and does nothing else."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Persian and emoji are written with them; every other formatting character could turn or hide text."""
_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def sanitize(text: str) -> str:
    """Make one line of it, and put the replacement character in the place of what cannot be seen.

    Those are escape sequences, changes of direction, zero-width characters, halves of surrogate pairs.
    """
    if text.isprintable():
        return text
    return "".join(map(_legible, text))


def _legible(character: str) -> str:
    if character in "\n\t\r":
        return " "
    hidden = character not in _JOINERS and unicodedata.category(character) in _REFUSED
    return "\N{REPLACEMENT CHARACTER}" if hidden else character
