"""Splits lists into pages with cursors."""

import base64
import binascii
from typing import TypeVar

from localdev.slack.errors import SlackError
from localdev.slack.webapi.call import Call

T = TypeVar("T")
_MOST = 1000
_LABEL = "at"


def paged(call: Call, everything: list[T]) -> tuple[list[T], str]:
    """Return the page for the arguments `cursor` and `limit`, and the next cursor. No limit means all."""
    limit = call.args.integer("limit", 0)
    if not 0 <= limit <= _MOST:
        raise SlackError("invalid_limit")
    cursor = call.args.text("cursor")
    start = decode_cursor(_LABEL, cursor) if cursor else 0
    page = everything[start : start + limit] if limit else everything[start:]
    end = start + len(page)
    if end >= len(everything):
        return page, ""
    return page, encode_cursor(_LABEL, end)


def encode_cursor(label: str, position: int) -> str:
    """Return a cursor that names a position; clients must not look into it."""
    return base64.b64encode(f"{label}:{position}".encode()).decode()


def decode_cursor(label: str, cursor: str) -> int:
    """Return the position that `encode_cursor` put into a cursor; raises `invalid_cursor`."""
    try:
        found, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if found != label or not position.isdigit():
        raise SlackError("invalid_cursor")
    return int(position)
