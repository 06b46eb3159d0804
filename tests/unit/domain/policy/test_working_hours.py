"""Working hours are compared with the time-zone database and with a clock that is read minute by minute."""

import time as clock
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestration.domain.policy.working_hours import (
    UtcOffset,
    WorkingHours,
    add_open_time,
    is_open,
    next_local_time,
    next_open,
    offsets_of,
    open_time_between,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NONE = timedelta()
START = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN, NEW_YORK, KOLKATA = "Europe/Berlin", "America/New_York", "Asia/Kolkata"
# Half an hour of summer time; changes at midnight; one that is put back at midnight, into the day before;
# a long pause of summer time every Ramadan; a quarter-hour zone.
ODD = ("Australia/Lord_Howe", "Africa/Cairo", "America/Santiago", "Africa/Casablanca", "Pacific/Chatham")
ZONES = (BERLIN, NEW_YORK, KOLKATA, "UTC", *ODD)
WEEKDAYS = (0, 1, 2, 3, 4)


@cache
def offsets(zone: str) -> tuple[UtcOffset, ...]:
    return offsets_of(zone, START)


def hours_in(
    zone: str = BERLIN,
    opens: int = 9 * 60,
    closes: int = 17 * 60,
    days: tuple[int, ...] = WEEKDAYS,
    holidays: tuple[date, ...] = (),
) -> WorkingHours:
    return WorkingHours(
        name="office",
        zone=zone,
        days=days,
        opens=opens,
        closes=closes,
        holidays=holidays,
        offsets=offsets(zone),
    )


def local(zone: str, text: str, fold: int = 0) -> datetime:
    """`2026-03-27 16:00` on the wall, as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def berlin(text: str, fold: int = 0) -> datetime:
    return local(BERLIN, text, fold)


def span_of(hours: WorkingHours, days: float) -> timedelta:
    return days * (hours.closes - hours.opens) * MINUTE


def wall(zone: str, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def open_minutes(hours: WorkingHours, start: datetime, end: datetime) -> list[datetime]:
    """The oracle: read the clock of the time-zone database every minute, from two days before `start`.

    A day's opening or closing time has come once the clock has ever shown it or a later one.
    """
    found = []
    furthest = datetime.min  # noqa: DTZ901 - wall times have no zone
    at = start - 2 * DAY
    while at < end:
        furthest = max(furthest, wall(hours.zone, at))
        minute = furthest.hour * 60 + furthest.minute
        working = furthest.weekday() in hours.days and furthest.date() not in hours.holidays
        if at >= start and working and hours.opens <= minute < hours.closes:
            found.append(at)
        at += MINUTE
    return found


moments = st.timedeltas(NONE, 2160 * DAY).map(START.__add__)
whole_minutes = moments.map(lambda at: at.replace(second=0, microsecond=0))
open_days = st.just(0.0) | st.floats(0, 30)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingHours:
    opens = draw(st.integers(0, 1439))
    return hours_in(
        zone=draw(st.sampled_from(ZONES)),
        opens=opens,
        closes=draw(st.integers(opens + 1, 1440)),
        days=tuple(draw(st.sets(st.integers(0, 6), min_size=1))),
        holidays=tuple(draw(st.lists(st.dates(date(2026, 1, 1), date(2031, 12, 31)), max_size=5))),
    )


@st.composite
def around_a_change(draw: st.DrawFn) -> tuple[WorkingHours, datetime]:
    """A calendar without days off, open for some time around the clock's change, and a minute of that day."""
    zone = draw(st.sampled_from((BERLIN, NEW_YORK, *ODD)))
    change = draw(st.sampled_from(offsets(zone)[1:])).since
    near = wall(zone, change).hour * 60
    opens = draw(st.integers(0, 1439) | st.integers(max(near - 90, 0), min(near + 90, 1439)))
    closes = draw(st.integers(opens + 1, 1440) | st.integers(opens + 1, min(opens + 120, 1440)))
    hours = hours_in(zone, opens, closes, days=tuple(range(7)))
    return hours, change + draw(st.integers(-1500, 600)) * MINUTE


# --- Properties ---


@given(st.sampled_from(ZONES), moments)
def test_the_recorded_offsets_are_those_of_the_database(zone: str, at: datetime) -> None:
    """At any moment of the years asked for, to the second before and after each change."""
    recorded = offsets(zone)
    for moment in (at, *(o.since for o in recorded), *(o.since - timedelta(seconds=1) for o in recorded[1:])):
        held = [offset for offset in recorded if offset.since <= moment][-1]
        assert moment + timedelta(seconds=held.seconds) == wall(zone, moment).replace(tzinfo=UTC)
    assert all(earlier.seconds != later.seconds for earlier, later in pairwise(recorded))


@given(calendars(), moments)
def test_an_opening_is_open_and_nothing_before_it(hours: WorkingHours, at: datetime) -> None:
    opening = next_open(hours, at)
    assert opening >= at
    assert opening.tzinfo is UTC
    assert is_open(hours, opening)
    assert (opening == at) == is_open(hours, at)
    assert open_time_between(hours, at, opening) == NONE


@given(calendars(), moments)
def test_what_opens_later_opens_at_the_local_opening_time(hours: WorkingHours, at: datetime) -> None:
    """Except where the clock skips that time: then it is the first minute after the gap."""
    opening = next_open(hours, at)
    shown = wall(hours.zone, opening)
    assert shown.weekday() in hours.days
    assert shown.date() not in hours.holidays
    if opening > at and opening not in {offset.since for offset in hours.offsets}:
        assert (shown.hour * 60 + shown.minute, shown.second) == (hours.opens, 0)


@given(calendars(), moments)
def test_away_from_a_change_open_is_what_the_wall_clock_says(hours: WorkingHours, at: datetime) -> None:
    shown = wall(hours.zone, at)
    working = shown.weekday() in hours.days and shown.date() not in hours.holidays
    if all(abs(offset.since - at) > DAY for offset in hours.offsets):
        assert is_open(hours, at) == (
            working and hours.opens <= shown.hour * 60 + shown.minute < hours.closes
        )


@given(calendars(), moments, open_days)
def test_the_time_counted_up_to_a_deadline_is_the_span_of_the_deadline(
    hours: WorkingHours, start: datetime, days: float
) -> None:
    span = span_of(hours, days)
    end = add_open_time(hours, start, span)
    assert open_time_between(hours, start, end) == span
    if span:
        # It is the first such moment.
        assert open_time_between(hours, start, end - timedelta(microseconds=1)) < span
    else:
        assert end == next_open(hours, start)


@given(calendars(), moments, moments, open_days, open_days)
def test_later_or_longer_never_ends_earlier(
    hours: WorkingHours, a: datetime, b: datetime, days: float, more_days: float
) -> None:
    short, more = span_of(hours, days), span_of(hours, more_days)
    early, late = sorted((a, b))
    assert add_open_time(hours, early, short) <= add_open_time(hours, late, short)
    assert add_open_time(hours, early, short) <= add_open_time(hours, early, short + more)
    assert next_open(hours, early) <= next_open(hours, late)


@settings(deadline=None)
@given(calendars(), st.lists(moments, min_size=3, max_size=3))
def test_counted_time_adds_up(hours: WorkingHours, three: list[datetime]) -> None:
    a, b, c = sorted(three)
    assert (
        open_time_between(hours, a, b) + open_time_between(hours, b, c)
        == open_time_between(hours, a, c)
        <= c - a
    )
    assert open_time_between(hours, c, a) == NONE


@given(calendars(), moments, open_days, open_days)
def test_a_span_may_be_waited_for_in_two_parts(
    hours: WorkingHours, start: datetime, days: float, more_days: float
) -> None:
    one, two = span_of(hours, days), span_of(hours, more_days)
    if two:
        assert add_open_time(hours, add_open_time(hours, start, one), two) == add_open_time(
            hours, start, one + two
        )


def agrees_with_the_clock(hours: WorkingHours, start: datetime, length: timedelta) -> None:
    """Compare each function with the open minutes that the oracle finds."""
    found = open_minutes(hours, start, start + length)
    minutes = int(length / MINUTE)
    assert [at for n in range(minutes) if is_open(hours, at := start + n * MINUTE)] == found
    assert open_time_between(hours, start, start + length) == len(found) * MINUTE
    if found:
        assert next_open(hours, start) == found[0]
        half = len(found) // 2
        assert add_open_time(hours, start, half * MINUTE + MINUTE) == found[half] + MINUTE


@settings(max_examples=25, deadline=None)
@given(calendars(), whole_minutes)
def test_any_two_days_agree_with_reading_the_clock_each_minute(hours: WorkingHours, start: datetime) -> None:
    agrees_with_the_clock(hours, start, 2 * DAY)


@settings(max_examples=60, deadline=None)
@given(around_a_change())
def test_a_day_on_which_the_clock_changes_agrees_too(case: tuple[WorkingHours, datetime]) -> None:
    """Also if the hours open or close in an hour that is skipped or comes twice."""
    hours, start = case
    agrees_with_the_clock(hours, start, 26 * HOUR)


@settings(max_examples=60, deadline=None)
@given(around_a_change(), st.integers(0, 1439))
@example((hours_in(), berlin("2026-03-28 12:00")), 150)
@example((hours_in(), berlin("2026-10-24 12:00")), 150)
def test_a_local_minute_is_the_first_one_that_the_clock_reaches(
    case: tuple[WorkingHours, datetime], minute: int
) -> None:
    """Reading the clock each minute: it shows that time, or has just jumped past it."""
    hours, earliest = case

    def reached(at: datetime) -> bool:
        shown, before = wall(hours.zone, at), wall(hours.zone, at - MINUTE)
        target = shown.replace(hour=minute // 60, minute=minute % 60, second=0)
        return before < target <= shown or before < target - DAY <= shown

    at = next_local_time(hours, earliest, minute)
    assert at.tzinfo is UTC
    assert at == next(m for n in range(3 * 1440) if reached(m := earliest + n * MINUTE))


@given(calendars(), moments, st.integers(0, 1439))
def test_the_clock_shows_the_local_minute_or_has_skipped_it(
    hours: WorkingHours, earliest: datetime, minute: int
) -> None:
    at = next_local_time(hours, earliest, minute)
    shown = wall(hours.zone, at)
    assert earliest <= at < earliest + 26 * HOUR
    if at not in {offset.since for offset in hours.offsets}:
        assert shown == shown.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)


@given(calendars())
def test_a_workflows_history_gives_the_same_hours_back(hours: WorkingHours) -> None:
    again = WorkingHours.model_validate_json(hours.model_dump_json())
    assert again == hours
    assert again.model_dump_json() == hours.model_dump_json()
    assert all(offset.since.tzinfo is UTC for offset in again.offsets)


@given(calendars(), moments, open_days, st.sampled_from(ZONES))
def test_the_zone_in_which_a_moment_is_written_does_not_matter(
    hours: WorkingHours, start: datetime, days: float, zone: str
) -> None:
    """Python subtracts two datetimes of one zone by their wall clocks: not so here."""
    span = span_of(hours, days)
    there, end = start.astimezone(ZoneInfo(zone)), add_open_time(hours, start, span)
    assert is_open(hours, there) == is_open(hours, start)
    assert add_open_time(hours, there, span) == end
    assert add_open_time(None, there, span) == start + span
    assert open_time_between(hours, there, end.astimezone(ZoneInfo(zone))) == span
    assert open_time_between(None, there, (start + span).astimezone(ZoneInfo(zone))) == span
    assert next_local_time(hours, there, 540) == next_local_time(hours, start, 540)


# --- Examples ---


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-05 10:00", 2 * HOUR, "2026-03-05 12:00"),
        ("2026-03-05 09:00", 8 * HOUR, "2026-03-05 17:00"),
        ("2026-03-05 17:00", HOUR, "2026-03-06 10:00"),
        ("2026-03-05 06:00", HOUR, "2026-03-05 10:00"),
        ("2026-03-06 16:00", 2 * HOUR, "2026-03-09 10:00"),
        ("2026-03-07 12:00", NONE, "2026-03-09 09:00"),
        ("2026-03-27 16:00", 2 * HOUR, "2026-03-30 10:00"),
        ("2026-10-23 16:00", 2 * HOUR, "2026-10-26 10:00"),
        ("2026-04-02 16:00", 2 * HOUR, "2026-04-07 10:00"),
    ],
    ids=[
        "within a day",
        "a full day ends as it closes",
        "from closing time",
        "before opening",
        "a weekend",
        "no span, on a Saturday",
        "a weekend in which summer begins",
        "a weekend in which summer ends",
        "Easter",
    ],
)
def test_deadlines_of_an_office_in_berlin(start: str, span: timedelta, end: str) -> None:
    hours = hours_in(holidays=(date(2026, 4, 3), date(2026, 4, 6)))
    assert add_open_time(hours, berlin(start), span) == berlin(end)
    assert open_time_between(hours, berlin(start), berlin(end)) == span


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (BERLIN, "2026-03-29", 23),
        (BERLIN, "2026-10-25", 25),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (KOLKATA, "2026-03-29", 24),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
    ],
)
def test_a_change_within_the_hours_counts_as_the_time_that_really_passes(
    zone: str, day: str, length: float
) -> None:
    """And an office that opens after the change is open for its eight hours."""
    every_day = tuple(range(7))
    around, office = hours_in(zone, 0, 1440, days=every_day), hours_in(zone, days=every_day)
    start = local(zone, f"{day} 00:00")
    assert open_time_between(around, start, start + length * HOUR) == length * HOUR
    assert wall(zone, start + length * HOUR) == wall(zone, start) + DAY
    assert open_time_between(office, start, start + length * HOUR) == 8 * HOUR
    assert next_open(office, start) == local(zone, f"{day} 09:00")


def test_a_night_shift_is_an_hour_shorter_in_march_and_an_hour_longer_in_october() -> None:
    night = hours_in(opens=60, closes=5 * 60, days=(6,))
    assert open_time_between(night, berlin("2026-03-29 00:00"), berlin("2026-03-29 12:00")) == 3 * HOUR
    assert open_time_between(night, berlin("2026-10-25 00:00"), berlin("2026-10-25 12:00")) == 5 * HOUR


def test_hours_that_the_clock_skips_altogether_do_not_open_that_day() -> None:
    skipped = hours_in(opens=120, closes=180, days=(6,))
    assert next_open(skipped, berlin("2026-03-29 00:00")) == berlin("2026-04-05 02:00")


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    opening = hours_in(opens=150, closes=240, days=(6,))
    closing = hours_in(opens=60, closes=150, days=(6,))
    assert next_open(opening, berlin("2026-10-25 00:00")) == berlin("2026-10-25 02:30")
    assert open_time_between(opening, berlin("2026-10-25 00:00"), berlin("2026-10-25 12:00")) == 2.5 * HOUR
    assert open_time_between(closing, berlin("2026-10-25 00:00"), berlin("2026-10-25 12:00")) == 1.5 * HOUR
    assert not is_open(closing, berlin("2026-10-25 02:15", fold=1))


def test_the_hour_before_midnight_comes_twice_in_cairo_and_is_open_throughout() -> None:
    """The moment of the change belongs to the old day, which the clock goes back to."""
    evening = hours_in("Africa/Cairo", 23 * 60, 1440, days=(3,))
    change = datetime(2026, 10, 29, 21, 0, tzinfo=UTC)
    assert change in {offset.since for offset in evening.offsets}
    assert is_open(evening, change)
    assert open_time_between(evening, change - 2 * HOUR, change) == HOUR
    assert open_time_between(evening, change, change + 2 * HOUR) == HOUR


def test_the_first_offset_holds_before_and_the_last_one_after_the_years_looked_up() -> None:
    office = hours_in()
    assert next_open(office, datetime(2025, 7, 4, tzinfo=UTC)) == datetime(2025, 7, 4, 8, 0, tzinfo=UTC)
    assert next_open(office, datetime(2040, 7, 4, tzinfo=UTC)) == datetime(2040, 7, 4, 8, 0, tzinfo=UTC)


def test_before_the_first_offset_the_local_day_is_reckoned_by_it_too() -> None:
    jumped = (UtcOffset(since=START, seconds=-12 * 3600), UtcOffset(since=START + DAY, seconds=12 * 3600))
    hours = hours_in(opens=0, closes=1440, days=(0,)).model_copy(update={"offsets": jumped})
    assert is_open(hours, datetime(2025, 12, 30, 6, 0, tzinfo=UTC))


def test_changes_are_found_to_the_second_whenever_they_are_looked_up() -> None:
    assert offsets_of(BERLIN, START + timedelta(microseconds=1))[1:] == offsets(BERLIN)[1:]


def test_an_office_at_a_half_hour_offset() -> None:
    office = hours_in(KOLKATA)
    assert next_open(office, datetime(2026, 3, 5, tzinfo=UTC)) == datetime(2026, 3, 5, 3, 30, tzinfo=UTC)
    assert not is_open(office, datetime(2026, 3, 5, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("earliest", "expected"),
    [
        (berlin("2026-03-28 02:30"), berlin("2026-03-28 02:30")),
        (berlin("2026-03-28 02:31"), berlin("2026-03-29 03:00")),
        (berlin("2026-03-29 03:01"), berlin("2026-03-30 02:30")),
        (berlin("2026-10-24 12:00"), berlin("2026-10-25 02:30", fold=0)),
        (berlin("2026-10-25 02:45", fold=0), berlin("2026-10-25 02:30", fold=1)),
        (berlin("2026-10-25 02:45", fold=1), berlin("2026-10-26 02:30")),
    ],
    ids=["that very moment", "a gap", "after the gap", "the first", "the second", "the next day"],
)
def test_half_past_two_in_berlin(earliest: datetime, expected: datetime) -> None:
    assert next_local_time(hours_in(), earliest, 150) == expected


def test_the_end_of_yesterday_comes_again_when_the_clock_is_put_back_after_midnight() -> None:
    """St. John's did so until 2011, at one minute past midnight."""
    zone = "America/St_Johns"
    earliest = local(zone, "2010-11-07 00:00", fold=0)
    hours = hours_in().model_copy(update={"zone": zone, "offsets": offsets_of(zone, earliest)})
    assert next_local_time(hours, earliest, 23 * 60 + 30) == earliest + 30 * MINUTE
    assert str(wall(zone, earliest + 30 * MINUTE)) == "2010-11-06 23:30:00"


def test_the_hours_of_a_repeated_hour_are_known_to_one_who_starts_within_it() -> None:
    """The offset that held as the local day began is among those looked up."""
    start = berlin("2026-10-25 02:15", fold=1)
    hours = hours_in(opens=150, closes=240, days=(6,)).model_copy(
        update={"offsets": offsets_of(BERLIN, start)}
    )
    assert is_open(hours, start)


def test_without_hours_all_time_counts() -> None:
    saturday = berlin("2026-03-28 12:00")
    assert add_open_time(None, saturday, DAY) == saturday + DAY
    assert add_open_time(None, saturday, NONE) == saturday
    assert open_time_between(None, saturday, saturday + DAY) == DAY
    assert open_time_between(None, saturday + DAY, saturday) == NONE


def test_hours_with_nothing_but_holidays_are_refused_in_words() -> None:
    hours = hours_in(holidays=tuple(START.date() + n * DAY for n in range(3700)))
    with pytest.raises(ValueError, match="'office' do not open for ten years"):
        next_open(hours, START)
    with pytest.raises(ValueError, match="do not open for ten years"):
        add_open_time(hours, START, HOUR)
    assert not is_open(hours, START)
    assert open_time_between(hours, START, START + 365 * DAY) == NONE


def test_hours_that_open_after_nine_years_do_open() -> None:
    hours = hours_in(holidays=tuple(START.date() + n * DAY for n in range(3285)))
    assert next_open(hours, START) > START + 3284 * DAY


def test_what_is_open_is_counted_however_long_it_was_closed_before() -> None:
    hours = hours_in(holidays=tuple(START.date() + n * DAY for n in range(3700)))
    assert open_time_between(hours, START, START + 3707 * DAY) == 5 * 8 * HOUR


def test_thousands_of_hours_take_no_time_to_count() -> None:
    """Eleven years and a half. Temporal takes a workflow task that blocks for two seconds for a deadlock."""
    began = clock.perf_counter()
    end = add_open_time(hours_in(), START, 24_000 * HOUR)
    assert open_time_between(hours_in(), START, end) == 24_000 * HOUR
    assert clock.perf_counter() - began < 1


def test_no_time_zone_is_looked_up_while_computing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is needed is in the hours."""
    hours, start = hours_in(), berlin("2026-03-27 16:00")
    expected = berlin("2026-03-30 10:00")

    def looked_up(*_: object) -> tzinfo:
        pytest.fail("The time-zone database was read.")

    monkeypatch.setattr("zoneinfo.ZoneInfo", looked_up)
    assert add_open_time(hours, start, 2 * HOUR) == expected
    assert open_time_between(hours, start, expected) == 2 * HOUR
    assert next_local_time(hours, start, 540) == expected - 2 * DAY


@pytest.mark.parametrize(
    "zone", ["Europe/Atlantis", "Europe", "", "../etc/passwd", "/etc/passwd", "zone.tab"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match=f"has no zone '{zone}'"):
        offsets_of(zone, START)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = START.replace(tzinfo=None)
    for ask in (
        lambda: is_open(hours_in(), naive),
        lambda: next_open(hours_in(), naive),
        lambda: open_time_between(None, naive, START),
        lambda: add_open_time(None, naive, HOUR),
        lambda: add_open_time(hours_in(), naive, HOUR),
        lambda: next_local_time(hours_in(), naive, 0),
        lambda: offsets_of(BERLIN, naive),
    ):
        with pytest.raises(ValueError, match="has no time zone"):
            ask()


def test_a_negative_span_and_a_minute_of_no_day_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        add_open_time(hours_in(), START, -HOUR)
    for minute in (-1, 1440):
        with pytest.raises(ValueError, match="0 to 1439"):
            next_local_time(hours_in(), START, minute)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": []},
        {"days": [7]},
        {"opens": -1},
        {"opens": 1440},
        {"opens": 1020},
        {"closes": 1441},
        {"offsets": []},
        {"offsets": [{"since": START, "seconds": 0}, {"since": START, "seconds": 3600}]},
        {"offsets": [{"since": "2026-01-01T00:00:00", "seconds": 0}]},
    ],
    ids=str,
)
def test_hours_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WorkingHours.model_validate(hours_in().model_dump() | wrong)
