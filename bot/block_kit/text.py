"""Text objects: whatever comes from outside is escaped, and clipped to Slack's limits after that."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from orchestration.domain.sanitize import sanitize

Json = dict[str, Any]  # Slack's JSON; the simulator in the tests checks it as Slack would

MAX_MESSAGE_TEXT = 4000
"""Of a message's `text`: what chat.update takes."""
MAX_SECTION = 3000
MAX_FIELD = 2000
MAX_HEADER = 150
MAX_BUTTON = 75
MAX_CONFIRM_TITLE = 100
MAX_CONFIRM_TEXT = 300

# Slack formats between these where they touch the end of a word, and knows no way to escape them.
_LOOKALIKES = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb", ":": "\u2236"}
_FORMATTING = re.compile(r"`|(?<!\w)[*_~]|[*_~](?!\w)|:(?=[\w+'-]+:)|(?<=_)_")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Cut before one of these, what is left would be half a character: a joiner, variation selectors, skin tones.
_GLUE = "\u200d\ufe0e\ufe0f"
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message's blocks, and the text that notifications and screen readers read in their place."""

    text: str
    blocks: list[Json] = field(default_factory=list)


def escape(text: str, limit: int) -> str:
    """Make words from outside harmless in formatted text, in one line of at most `limit` characters.

    Characters outside the basic plane count as two, which is how the strictest counter would see them.
    """
    # After the cut: what stood within a word may stand at its end then.
    return _FORMATTING.sub(lambda found: _LOOKALIKES[found[0]], _clipped(sanitize(text), limit))


def _clipped(text: str, limit: int) -> str:
    """Escape `&`, `<` and `>`, and cut, never through an entity."""
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
    """Length as `escape` counts it."""
    return sum(map(_width, text))


def _width(piece: str) -> int:
    return len(piece) + sum(ord(c) > 0xFFFF for c in piece)


def plain(text: str, limit: int = MAX_SECTION) -> Json:
    """Make a text object that nothing can be formatted in; for words from outside."""
    # Slack keeps plain text escaped too, and turns the entities back when it shows it.
    return {"type": "plain_text", "text": _clipped(sanitize(text), limit) or "-", "emoji": False}


def plain_lines(lines: Iterable[str], limit: int = MAX_SECTION) -> Json:
    """The same with lines of our own; none of them can make further ones."""
    text = _clipped("\n".join(map(sanitize, lines)), limit)
    return {"type": "plain_text", "text": text or "-", "emoji": False}


def mrkdwn(text: str) -> Json:
    """Make a formatted text object of our own words, ids, amounts and dates: nothing from outside."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def slack_date(at: datetime) -> str:
    """Write a time in each reader's own time zone, with UTC where that cannot be done."""
    fallback = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def person(actor_id: str) -> str:
    """Mention a Slack user; anybody else by name."""
    return f"<@{actor_id}>" if _SLACK_USER.fullmatch(actor_id) else escape(actor_id, 100)


def member(member_id: str) -> str:
    """Mention a user or a user group of a policy."""
    if _SLACK_GROUP.fullmatch(member_id):
        return f"<!subteam^{member_id}>"
    return person(member_id)


def is_group(member_id: str) -> bool:
    """Whether this is the id of a Slack user group."""
    return bool(_SLACK_GROUP.fullmatch(member_id))


def is_user(member_id: str) -> bool:
    """Whether this is the id of a Slack user, and not the name of a service or an operator."""
    return bool(_SLACK_USER.fullmatch(member_id))


def join(parts: Iterable[str], limit: int = MAX_MESSAGE_TEXT) -> str:
    """Join escaped parts, one a line, and leave out whole parts from the first that does not fit."""
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
    """Make a header block."""
    return {"type": "header", "text": plain(text, MAX_HEADER)}


def section(text: Json) -> Json:
    """Make a section of one text."""
    return {"type": "section", "text": text}


def context(*texts: Json) -> Json:
    """Make a line of small print."""
    return {"type": "context", "elements": list(texts)}


def table(rows: Iterable[tuple[str, Json]]) -> Json:
    """Make a section of two columns, label and value; at most five rows."""
    fields: list[Json] = []
    for label, value in rows:
        fields += [mrkdwn(f"*{label}*"), value]
    return {"type": "section", "fields": fields}
