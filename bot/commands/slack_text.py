"""Removes the escapes that Slack adds to the text of a slash command."""

import re

_REFERENCE = re.compile(r"<([@#]?)[^<>|]*\|([^<>]*)>")


def unescape(text: str) -> str:
    """Return the text as the user typed it: entities are decoded, and a reference becomes its label."""
    text = _REFERENCE.sub(r"\1\2", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
