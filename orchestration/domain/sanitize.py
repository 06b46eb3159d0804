"""Makes text from users safe to print in terminals, logs and Slack messages."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Allowed, since Persian and emoji need them. Other formatting characters could reverse or hide text."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def sanitize(text: str) -> str:
    """Return the text as one line, with the replacement character in place of invisible characters.

    Those are control characters, changes of direction, zero-width characters and lone surrogates.
    """
    if text.isprintable():
        return text
    return "".join(map(_sanitize_character, text))


def _sanitize_character(character: str) -> str:
    if character in "\n\t\r":
        return " "
    hidden = character not in _JOINERS and unicodedata.category(character) in _INVISIBLE
    return "\N{REPLACEMENT CHARACTER}" if hidden else character
