"""The ends of delegations, as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.written_times.moments import parse_until

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 9, tzinfo=UTC)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("friday", "2026-03-06T22:59:59"),
        ("Fri", "2026-03-06T22:59:59"),
        ("monday", "2026-03-09T22:59:59"),
        ("sunday", "2026-03-08T22:59:59"),
        ("today", "2026-03-02T22:59:59"),
        ("TOMORROW", "2026-03-03T22:59:59"),
        ("tomorrow 12:00", "2026-03-03T11:00:00"),
        ("friday  9:05", "2026-03-06T08:05:00"),
        ("2026-12-24", "2026-12-24T22:59:59"),
        ("2026-12-24 14:00", "2026-12-24T13:00:00"),
        ("2026-12-24T14:00", "2026-12-24T13:00:00"),
        ("2026-07-01", "2026-07-01T21:59:59"),
        ("3d", "2026-03-05T09:00:00"),
        ("8h", "2026-03-02T17:00:00"),
        ("1d12h", "2026-03-03T21:00:00"),
    ],
)
def test_what_is_understood(text: str, until: str) -> None:
    """On a Monday morning in Berlin; a day ends with its last second there."""
    assert parse_until(text, MONDAY, BERLIN) == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_on_a_friday_friday_is_a_week_ahead() -> None:
    """For the same day there is "today"."""
    assert parse_until("friday", FRIDAY, "UTC").date() == datetime(2026, 3, 13, tzinfo=UTC).date()


def test_today_is_the_day_of_the_zone() -> None:
    """One in the morning in UTC is still yesterday in New York."""
    night = datetime(2026, 3, 3, 1, tzinfo=UTC)
    assert parse_until("today", night, NEW_YORK) == datetime(2026, 3, 3, 4, 59, 59, tzinfo=UTC)
    assert parse_until("today", night.astimezone(timezone(timedelta(hours=13))), NEW_YORK) == datetime(
        2026, 3, 3, 4, 59, 59, tzinfo=UTC
    )


def test_a_day_on_which_the_clock_is_put_back_at_midnight_ends_the_second_time() -> None:
    """In Santiago the hour from 23:00 to 24:00 comes twice on this day."""
    day = datetime(2026, 4, 4, 12, tzinfo=UTC)
    assert parse_until("today", day, "America/Santiago") == datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "doomsday", "next friday", "fr", "2026-02-30", "2026-13-01", "24.12.2026", "friday 25:00"),
        *("d", "h", "3w", "-3d", "99999d", "friday 14:00 sharp", "12:00", "٣d", "9999-12-31", "0000-01-01"),
    ],
)
def test_what_is_not_understood_is_quoted_with_examples(text: str) -> None:
    """In one sentence that fits a message."""
    with pytest.raises(ValueError, match="is no end that I understand; there are today, tomorrow") as caught:
        parse_until(text, MONDAY, NEW_YORK)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "x" * 5000, "a\0b"])
def test_an_unknown_zone(zone: str) -> None:
    """Not a KeyError, nor anything of the file system."""
    with pytest.raises(ValueError, match="There is no time zone"):
        parse_until("friday", MONDAY, zone)


words = st.sampled_from(
    ["friday", "today", "tomorrow", "2026-12-24", "9999-12-31", "0001-01-01", "23:59", "9999d"]
)
texts = st.one_of(
    st.text(max_size=60),
    st.lists(words, min_size=1, max_size=3).map(" ".join),
    st.from_regex(
        r"[0-9]{1,5}[dh]([0-9]{1,5}h)?|[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{1,2}:[0-9]{2})?", fullmatch=True
    ),
)
zones = st.one_of(st.sampled_from(["UTC", BERLIN, NEW_YORK, "Pacific/Kiritimati"]), st.text(max_size=20))


@given(texts, st.datetimes(timezones=st.just(UTC)), zones)
def test_never_another_exception(text: str, now: datetime, zone: str) -> None:
    """Nor a time without a zone, whenever and wherever."""
    try:
        until = parse_until(text, now, zone)
    except ValueError:
        return
    assert until.tzinfo is UTC
