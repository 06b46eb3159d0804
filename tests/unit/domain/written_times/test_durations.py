from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.written_times.durations import DAY, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1h30m", timedelta(minutes=90)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("3650d", timedelta(days=3650)),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, span: timedelta) -> None:
    """Large units first, each once."""
    assert parse_duration(text).total(DAY) == span


@pytest.mark.parametrize(
    "text",
    ["", "0s", "0d0h", "4", "h", "4 h", "30m1h", "1h1h", "-4h", "1.5h", "4H", "٤h", "3651d", "999999999d",
     "3650d1s", "999999999h", "9999999999s", "never", "PT4H", "4h\n", 4, None, True, [], {}],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: object) -> None:
    """With a sentence, and never with anything but ValueError."""
    with pytest.raises(ValueError, match=r"is not a duration; write it|must be more than nothing"):
        parse_duration(text)


def test_a_day_is_as_long_as_it_is_told() -> None:
    """The rest of the duration is not."""
    assert parse_duration("2d1h").total(timedelta(hours=8)) == timedelta(hours=17)


@given(st.integers(1, 3650 * 86400), st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes)))
def test_what_is_written_is_read_again(seconds: int, day: timedelta) -> None:
    """Every duration of whole seconds, however long a day is."""
    span = timedelta(seconds=seconds)
    if span <= 3650 * day:
        assert parse_duration(format_duration(span, day)).total(day) == span


def test_nothing_is_written_too() -> None:
    """As a duration, though no file may have it."""
    assert format_duration(timedelta(milliseconds=3)) == "0s"
