"""Spans of time as the policy file has them: 90s, 15m, 4h, 2d, 1h30m."""

import re
from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)
LONGEST = 3650 * DAY

_SHAPE = re.compile(r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")


@dataclass(frozen=True, slots=True)
class Span:
    """How long a day is only becomes known with the tier, so days are kept apart."""

    days: int
    rest: timedelta

    def over(self, day: timedelta) -> timedelta:
        """Return the whole span, with days of this length."""
        return self.days * day + self.rest


def parse_span(text: object) -> Span:
    """Read a span. Raises ValueError, with a sentence, also for nothing at all and for over ten years."""
    match = _SHAPE.fullmatch(text) if isinstance(text, str) and text else None
    if match is None:
        raise ValueError(
            f'{text!r} is not a span of time; write it in quotes, like "90s", "15m", "4h" or "1h30m"'
        )
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    span = Span(days, timedelta(hours=hours, minutes=minutes, seconds=seconds))
    # Days are compared first: as a timedelta, 999,999,999 of them would be too many.
    if days > LONGEST.days or not timedelta() < span.over(DAY) <= LONGEST:
        raise ValueError(f'"{text}" must be more than nothing and at most {LONGEST.days} days')
    return span


def write_span(span: timedelta, day: timedelta = DAY) -> str:
    """Write a span as the file would have it, with days of this length; less than a second is left out."""
    days, rest = divmod(span, day)
    seconds = int(rest.total_seconds())
    units = {"d": days, "h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60}
    return "".join(f"{count}{unit}" for unit, count in units.items() if count) or "0s"
