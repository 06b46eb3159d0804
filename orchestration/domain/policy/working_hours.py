"""Working hours: when they are open, and how much open time lies between two moments.

Workflow code calls this, so no time zone is looked up here: its offsets are recorded in `WorkingHours`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from orchestration.domain.model import FrozenModel

SECOND, DAY, TEN_YEARS = timedelta(seconds=1), timedelta(days=1), timedelta(days=3653)
Stretch = tuple[datetime, datetime]  # open from the one to the other


def _utc(at: datetime) -> datetime:
    # Two datetimes of one zone are subtracted by the wall clock, a naive one is read in the machine's zone.
    if at.utcoffset() is None:
        raise ValueError(f"The moment {at} has no time zone.")
    return at.astimezone(UTC)


class UtcOffset(FrozenModel):
    """Local time minus UTC, in seconds, from the moment `since` on."""

    since: Annotated[AwareDatetime, AfterValidator(_utc)]
    seconds: int = Field(gt=-86400, lt=86400)


class WorkingHours(FrozenModel):
    """From `opens` to `closes` (minutes after local midnight) on `days` (0: Monday), except on holidays."""

    name: str
    zone: str  # for people to read; what counts are the offsets
    days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(min_length=1)
    opens: int = Field(ge=0, lt=1440)
    closes: int = Field(le=1440)  # of a wall time that comes twice, the first is meant
    holidays: tuple[date, ...] = ()
    offsets: tuple[UtcOffset, ...] = Field(
        min_length=1
    )  # the first also holds before, the last for ever after

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("The hours must open before they close.")
        if any(later.since <= earlier.since for earlier, later in pairwise(self.offsets)):
            raise ValueError("The offsets must be in ascending order.")
        return self


def offsets_of(zone: str, start: datetime, years: int = 6) -> tuple[UtcOffset, ...]:
    """Look up the zone's offsets for `years` from `start`; for activities only. ValueError: unknown zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # here only: a workflow must not need it

    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"The time-zone database has no zone {zone!r}.") from error

    def seconds(at: datetime) -> int:
        return (at.astimezone(info).utcoffset() or timedelta()) // SECOND

    # From two days before, since the local day of `start` may have begun under another offset.
    at = _utc(start).replace(microsecond=0) - 2 * DAY
    offsets = [UtcOffset(since=at, seconds=seconds(at))]
    for _ in range(2 + 366 * years):
        before, at, old = at, at + DAY, offsets[-1].seconds
        if seconds(at) != old:
            late = bisect_left(range(86400), True, key=lambda n: seconds(before + n * SECOND) != old)
            offsets.append(UtcOffset(since=before + late * SECOND, seconds=seconds(at)))
    return tuple(offsets)


def is_open(hours: WorkingHours, at: datetime) -> bool:
    """Whether `at` is within the hours; the closing moment is not."""
    return next(_stretches(hours, _utc(at), until=_utc(at)), None) is not None


def next_open(hours: WorkingHours, at: datetime) -> datetime:
    """Return `at` if it is within the hours, otherwise the next opening. ValueError: none in ten years."""
    return add_open_time(hours, at, timedelta())


def open_time_between(hours: WorkingHours | None, start: datetime, end: datetime) -> timedelta:
    """Return how much open time passes from `start` to `end`; without hours, all time counts."""
    start, end = _utc(start), _utc(end)
    if hours is None or end <= start:
        return max(end - start, timedelta())
    return sum((min(closes, end) - begins for begins, closes in _stretches(hours, start, end)), timedelta())


def add_open_time(hours: WorkingHours | None, start: datetime, span: timedelta) -> datetime:
    """Return when `span` of open time has passed; for a span of zero, `start` if open, else the next opening.

    ValueError: the hours do not open for ten years, or the span is negative.
    """
    if hours is None:
        return _utc(start) + span
    if span < timedelta():
        raise ValueError("A span of open time cannot be negative.")
    for begins, closes in _stretches(hours, _utc(start)):
        if span <= closes - begins:
            return begins + span  # a full day's span ends as it closes, not as the next one opens
        span -= closes - begins
    raise ValueError(f"The hours {hours.name!r} do not open for ten years: every working day is a holiday.")


def next_local_time(hours: WorkingHours, earliest: datetime, minute: int) -> datetime:
    """Return when, from `earliest` on, the local clock first reaches `minute` (0 to 1439) of any day."""
    if not 0 <= minute < 1440:
        raise ValueError(f"A minute of the day is 0 to 1439, not {minute}.")
    earliest = _utc(earliest)
    today = _local_day(hours, earliest)  # -1: a clock put back after midnight shows yesterday's end again
    return min(at for n in (-1, 0, 1) for at in _moments(hours, today + n * DAY, minute) if at >= earliest)


def _stretches(hours: WorkingHours, start: datetime, until: datetime | None = None) -> Iterator[Stretch]:
    """Yield what is open after `start` and begins by `until`; without `until`, end at ten closed years."""
    holidays = frozenset(hours.holidays)
    day = latest = _local_day(hours, start)  # earlier days have closed: the clock was past their midnight
    while until is not None or day - latest <= TEN_YEARS:
        opens, closes = (next(_moments(hours, day, minute)) for minute in (hours.opens, hours.closes))
        if until is not None and opens > until:
            return
        if day.weekday() in hours.days and day not in holidays and max(opens, start) < closes:
            yield max(opens, start), closes
            latest = day
        day += DAY


def _moments(hours: WorkingHours, day: date, minute: int) -> Iterator[datetime]:
    """Yield when the local clock reaches that minute: two moments in a repeated hour, the change in a gap."""
    earlier = wall = datetime.combine(day, time(), UTC) + minute * 60 * SECOND
    for i, offset in enumerate(hours.offsets):
        moment = wall - offset.seconds * SECOND
        since = offset.since if i else moment  # the first offset has held for ever
        still = i + 1 == len(hours.offsets) or moment < hours.offsets[i + 1].since
        if still and max(moment, earlier) >= since:
            yield max(moment, since)
        earlier = moment  # by the offset before


def _local_day(hours: WorkingHours, at: datetime) -> date:
    i = bisect_right(hours.offsets, at, key=lambda offset: offset.since)
    return (at + hours.offsets[max(i - 1, 0)].seconds * SECOND).date()
