"""Moments as people write them: friday, tomorrow 12:00, 2026-12-24, or a duration such as 3d from or before
now.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestration.domain.written_times.durations import parse_typed_duration, read_units

FUTURE_EXAMPLES = "today, tomorrow, friday, 2026-12-24, any of these with a time (friday 14:00), 3d or 8h"

PAST_EXAMPLES = "7d or 12h (ago), 2026-11-20, 2026-11-20T14:00, 2026-11-20T14:00:00Z"

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3  # letters of a weekday that are enough: fri
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_ISO_T = re.compile(r"(?<=[0-9])t(?=[0-9])")
_DAYS_AND_HOURS = re.compile(r"(?:[0-9]{1,4}d)?(?:[0-9]{1,4}h)?")
"""The units that make sense for the end of an absence."""
_END_OF_DAY = time(23, 59, 59)
"""Its last second: the one after it would be shown as the next day."""
_MAX_QUOTED = 40


def parse_until(text: str, now: datetime, zone: str) -> datetime:
    """Return the moment meant, in UTC. A day ends with its last second in `zone`, an IANA name.

    A weekday is the coming one: on a Friday, "friday" is a week ahead. A day of a duration is 24 hours. The
    moment may be in the past: that is for the caller to check. Raises ValueError, with a sentence.
    """
    info = find_zone(zone)
    try:
        return _moment(_ISO_T.sub(" ", text.lower()).split(), now, info).astimezone(UTC)
    except (ValueError, OverflowError):
        # No such day or time, or one that no calendar reaches.
        raise ValueError(
            f"“{_quoted(text)}” is no end that I understand; there are {FUTURE_EXAMPLES}."
        ) from None


def parse_past(text: str, now: datetime, zone: str) -> datetime:
    """Return a moment before now, in UTC: a duration ago, or an ISO 8601 date or time.

    A time without an offset is in `zone`, an IANA name. A date is its first moment. Raises ValueError, with a
    sentence.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - parse_typed_duration(text)
        except (ValueError, OverflowError):
            raise ValueError(f"{text!r} is not a time that I understand; write {PAST_EXAMPLES}") from None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=find_zone(zone))).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is out of every calendar") from None


def find_zone(zone: str) -> ZoneInfo:
    """Look a time zone up by its IANA name. Raises ValueError, with a sentence."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"There is no time zone “{_quoted(zone)}”.") from None


def _moment(words: list[str], now: datetime, zone: ZoneInfo) -> datetime:
    match words:
        case [only] if _DAYS_AND_HOURS.fullmatch(only) and (duration := read_units(only)):
            return now + duration.total()
        case [day]:
            # Where the clock is put back at midnight, the day ends the second time that it is 23:59:59.
            return datetime.combine(_day(day, now.astimezone(zone).date()), _END_OF_DAY, zone).replace(fold=1)
        case [day, hour]:
            return datetime.combine(_day(day, now.astimezone(zone).date()), _time(hour), zone)
        case _:
            raise ValueError("neither a day, nor a day and a time")


def _day(word: str, today: date) -> date:
    if word in {"today", "tomorrow"}:
        return today + timedelta(days=word == "tomorrow")
    if found := _DATE.fullmatch(word):
        return date(int(found[1]), int(found[2]), int(found[3]))
    for number, name in enumerate(_WEEKDAYS):
        if len(word) >= _SHORTEST and name.startswith(word):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    raise ValueError("not a day")


def _time(word: str) -> time:
    found = _TIME.fullmatch(word)
    if found is None:
        raise ValueError("not a time")
    return time(int(found[1]), int(found[2]))


def _quoted(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED else text[:_MAX_QUOTED] + "…"
