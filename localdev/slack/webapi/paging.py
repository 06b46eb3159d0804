"""Pages of lists that do not change while they are read: members, channels, users."""

import base64
import binascii
from typing import TypeVar

from localdev.slack.webapi.call import Call
from localdev.slack.wire import SlackError

T = TypeVar("T")
_MOST = 1000


def paged(call: Call, everything: list[T]) -> tuple[list[T], str]:
    """The page that `cursor` and `limit` ask for, and the next cursor; without a limit, all there is."""
    limit = call.args.integer("limit", 0)
    if not 0 <= limit <= _MOST:
        raise SlackError("invalid_limit")
    start = _start(call.args.text("cursor"))
    page = everything[start : start + limit] if limit else everything[start:]
    end = start + len(page)
    if end >= len(everything):
        return page, ""
    return page, base64.b64encode(f"at:{end}".encode()).decode()


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        label, _, at = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if label != "at" or not at.isdigit():
        raise SlackError("invalid_cursor")
    return int(at)
