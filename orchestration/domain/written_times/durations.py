"""Durations as people write them: 90s, 15m, 24h, 3d, 1h30m, or ISO 8601 (PT4H)."""

import re
from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

DAY = timedelta(days=1)
LONGEST = 3650 * DAY
"""The longest duration that is accepted; a longer one is taken for a typing mistake."""

_UNITS = re.compile(r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")
_ISO = TypeAdapter(timedelta)


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration whose days are kept apart, since a working day may be shorter than 24 hours."""

    days: int
    rest: timedelta

    def total(self, day: timedelta = DAY) -> timedelta:
        """Return the whole duration, with days of this length. May raise OverflowError."""
        return self.days * day + self.rest


def read_units(text: str) -> Duration | None:
    """Read a duration such as 1d12h, large units first and each at most once; None if it is none."""
    match = _UNITS.fullmatch(text) if text else None
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Duration(days, timedelta(hours=hours, minutes=minutes, seconds=seconds))


def parse_duration(text: object) -> Duration:
    """Read a duration. Raises ValueError, with a sentence, also for zero and for more than ten years."""
    duration = read_units(text) if isinstance(text, str) else None
    if duration is None:
        raise ValueError(f"{text!r} is not a duration; write it like 90s, 15m, 24h, 3d or 1h30m")
    _check_bounds(duration, text)
    return duration


def parse_typed_duration(text: str) -> timedelta:
    """Read a duration from a command: white space and capitals do not matter, and ISO 8601 is accepted too.

    A day has 24 hours. Raises ValueError, with a sentence.
    """
    duration = read_units(text.strip().lower()) or _read_iso(text.strip())
    if duration is None:
        raise ValueError(f"{text!r} is not a duration; write it like 90s, 15m, 24h, 3d or PT4H")
    _check_bounds(duration, text)
    return duration.total()


def format_duration(span: timedelta, day: timedelta = DAY) -> str:
    """Write a duration so that `parse_duration` can read it, with days of this length, rounded down to
    seconds.
    """
    days, rest = divmod(span, day)
    seconds = int(rest.total_seconds())
    units = {"d": days, "h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60}
    return "".join(f"{count}{unit}" for unit, count in units.items() if count) or "0s"


def _check_bounds(duration: Duration, text: object) -> None:
    # Days are compared first: as a timedelta, 999,999,999 of them and an hour would be too many.
    if duration.days > LONGEST.days or not timedelta() < duration.total() <= LONGEST:
        raise ValueError(f"{text!r} must be more than nothing and at most {LONGEST.days} days")


def _read_iso(text: str) -> Duration | None:
    # pydantic also reads "1:00" and bare numbers, whose unit can only be guessed.
    if not text.startswith("P"):
        return None
    try:
        return Duration(0, _ISO.validate_python(text))
    except ValidationError:
        return None
