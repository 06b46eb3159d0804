"""Durations as people write them: 90s, 15m, 24h, 3d, 1h30m, or ISO 8601 (PT4H)."""

import re
from datetime import timedelta

import typer
from pydantic import TypeAdapter, ValidationError

_LONGEST = timedelta(days=3650)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WORDS = re.compile(r"(?:[0-9]{1,9}[dhms])+")
_ISO = TypeAdapter(timedelta)


def parse_duration(text: str) -> timedelta:
    """Read a duration. Raises typer.BadParameter."""
    duration = _from_words(text.strip().lower())
    if duration is None:
        duration = _from_iso(text.strip())
    if duration is None:
        raise typer.BadParameter(f"{text!r} is not a duration; write it like 90s, 15m, 24h, 3d or PT4H")
    if not timedelta(0) < duration <= _LONGEST:
        raise typer.BadParameter(f"{text!r} must be more than nothing and at most {_LONGEST.days} days")
    return duration


def _from_words(text: str) -> timedelta | None:
    if not _WORDS.fullmatch(text):
        return None
    parts = re.findall(r"([0-9]+)([dhms])", text)
    try:
        return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in parts), timedelta(0))
    except OverflowError:
        return timedelta.max


def _from_iso(text: str) -> timedelta | None:
    # pydantic also reads "1:00" and bare numbers, whose unit one can only guess.
    if not text.startswith("P"):
        return None
    try:
        return _ISO.validate_python(text)
    except ValidationError:
        return None
