"""Writes an event as a line of an export. docs/audit-log.md says how to compute its hash from that line."""

import csv
import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import StringIO

from orchestration.domain.audit.event import ChainedEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""First characters of a cell that a spreadsheet may execute (OWASP), and the ' that guards them."""
_COLUMNS = (
    *("event_id", "order_id", "position", "event_key", "type", "actor", "detail"),
    *("occurred_at", "recorded_at", "previous_hash", "hash"),
)


class Format(StrEnum):
    """The file formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"


def json_line(event: ChainedEvent) -> str:
    """Write an event as JSON, in ASCII. `detail` is a string: the JSON text exactly as it is hashed."""
    return json.dumps(_fields(event))


def csv_header() -> str:
    """Return the first line of a CSV export: the names of the columns."""
    return ",".join(_COLUMNS)


def csv_line(event: ChainedEvent) -> str:
    """Write an event as CSV; a cell that a spreadsheet would take for a formula gets a ' in front."""
    buffer = StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="").writerow(map(_cell, _fields(event).values()))
    return buffer.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _fields(event: ChainedEvent) -> dict[str, object]:
    values = (
        *(event.event_id, event.order_id, event.position, event.event_key, event.type, event.actor),
        *(event.detail, _iso(event.occurred_at), _iso(event.recorded_at)),
        None if event.previous_hash is None else event.previous_hash.hex(),
        event.hash.hex(),
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _iso(microseconds: int | None) -> str | None:
    """Write a time with all six digits of the second, so that the microseconds can be restored."""
    if microseconds is None:
        return None
    try:
        moment = _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return f"{microseconds} us"  # a year beyond 9999, which only manual tampering can store
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
