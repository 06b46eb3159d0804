"""Builds text objects and blocks. Text from outside is escaped first and then cut to Slack's limits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from orchestration.domain.sanitize import sanitize

Json = dict[str, Any]  # JSON for Slack; the simulator used in the tests validates it as Slack does

MAX_MESSAGE_TEXT = 4000
"""Characters of a message's `text` that chat.update accepts."""
MAX_SECTION = 3000
MAX_FIELD = 2000
MAX_HEADER = 150
MAX_BUTTON = 75
MAX_CONFIRM_TITLE = 100
MAX_CONFIRM_TEXT = 300

# Slack formats text between these characters at word boundaries, and has no escape for them.
_LOOKALIKES = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb", ":": "\u2236"}
_FORMATTING = re.compile(r"`|(?<!\w)[*_~]|[*_~](?!\w)|:(?=[\w+'-]+:)|(?<=_)_")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# A cut before one of these would split a character: a joiner and the variation selectors.
_GLUE = "\u200d\ufe0e\ufe0f"
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message: blocks, and the text that notifications and screen readers use instead of them."""

    text: str
    blocks: list[Json] = field(default_factory=list)


def escape(text: str, limit: int) -> str:
    """Return text from outside as one line that mrkdwn does not format, of at most `limit` characters.

    Characters outside Unicode's basic plane count as two, as in UTF-16.
    """
    # Formatting characters are replaced after the cut, which can move them to the end of a word.
    return _FORMATTING.sub(lambda found: _LOOKALIKES[found[0]], _clip(sanitize(text), limit))


def _clip(text: str, limit: int) -> str:
    """Escape `&`, `<` and `>`, and cut the text, but never within an entity."""
    pieces = [_ENTITIES.get(c, c) for c in text]
    if sum(map(_width, pieces)) <= limit:
        return "".join(pieces)
    room = limit - 1
    kept: list[str] = []
    for piece in pieces:
        room -= _width(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip(_GLUE + " ") + "…"


def width(text: str) -> int:
    """Return the length as `escape` counts it."""
    return sum(map(_width, text))


def _width(piece: str) -> int:
    return len(piece) + sum(ord(c) > 0xFFFF for c in piece)


def plain(text: str, limit: int = MAX_SECTION) -> Json:
    """Build a plain_text object, for text from outside."""
    # Slack stores plain text escaped too, and decodes the entities when it shows the text.
    return {"type": "plain_text", "text": _clip(sanitize(text), limit) or "-", "emoji": False}


def plain_lines(lines: Iterable[str], limit: int = MAX_SECTION) -> Json:
    """Build a plain_text object of several lines. Line breaks within a line are removed."""
    text = _clip("\n".join(map(sanitize, lines)), limit)
    return {"type": "plain_text", "text": text or "-", "emoji": False}


def mrkdwn(text: str) -> Json:
    """Build a mrkdwn object. Text from outside must be escaped."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def slack_date(at: datetime) -> str:
    """Return a date that Slack shows in each reader's time zone, with UTC as the fallback."""
    fallback = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def person(actor_id: str) -> str:
    """Return a mention of a Slack user, or the escaped name of anybody else."""
    return f"<@{actor_id}>" if _SLACK_USER.fullmatch(actor_id) else escape(actor_id, 100)


def member(member_id: str) -> str:
    """Return a mention of a user or user group."""
    if _SLACK_GROUP.fullmatch(member_id):
        return f"<!subteam^{member_id}>"
    return person(member_id)


def is_group(member_id: str) -> bool:
    """Return whether this is the id of a Slack user group."""
    return bool(_SLACK_GROUP.fullmatch(member_id))


def is_user(member_id: str) -> bool:
    """Return whether this is the id of a Slack user, and not the name of a service or an operator."""
    return bool(_SLACK_USER.fullmatch(member_id))


def join(parts: Iterable[str], limit: int = MAX_MESSAGE_TEXT) -> str:
    """Join escaped parts with line breaks. From the first part that does not fit, all are left out."""
    lines: list[str] = []
    room = limit - 1
    for part in parts:
        room -= width(part) + 1
        if room < 0:
            lines.append("…")
            break
        lines.append(part)
    return "\n".join(lines)


def header(text: str) -> Json:
    """Build a header block."""
    return {"type": "header", "text": plain(text, MAX_HEADER)}


def section(text: Json) -> Json:
    """Build a section block with one text."""
    return {"type": "section", "text": text}


def context(*texts: Json) -> Json:
    """Build a context block, which Slack shows in small print."""
    return {"type": "context", "elements": list(texts)}


def table(rows: Iterable[tuple[str, Json]]) -> Json:
    """Build a section block with labels and values in two columns. Slack allows five rows."""
    fields: list[Json] = []
    for label, value in rows:
        fields += [mrkdwn(f"*{label}*"), value]
    return {"type": "section", "fields": fields}
