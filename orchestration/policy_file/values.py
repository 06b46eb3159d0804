"""The types of values in the policy file, with their validators."""

import re
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from orchestration.domain.written_times.durations import Duration, parse_duration, read_units

NEVER: Literal["never"] = "never"
REMINDERS: Literal["reminders"] = "reminders"

_LARGEST_AMOUNT = Decimal(10**12)
"""Major units. It only keeps out what nobody can calculate with."""
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")

T = TypeVar("T")


def _amount(value: object) -> Decimal:
    # `true` is an int to Python; a float is a Decimal, since the file is read that way.
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise ValueError("must be a number without quotes, such as 500 or 1200.50, in major units")
    amount = Decimal(value)
    if amount < 0:
        raise ValueError("must not be negative")
    if amount > _LARGEST_AMOUNT or -int(amount.as_tuple().exponent) > 9:
        raise ValueError(
            f"must be at most {_LARGEST_AMOUNT:,f}, with as many decimal places as the currency has"
        )
    return amount


def _factor(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 1 <= Decimal(value) <= 100:
        raise ValueError("must be a number from 1 (gaps that stay the same) to 100")
    return float(value)


def _minute(value: object) -> int:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    hours, minutes = (int(match[1]), int(match[2])) if match else (99, 99)
    if minutes > 59 or hours * 60 + minutes > 1440:
        raise ValueError('must be a time of day in quotes, from "00:00" to "24:00"')
    return hours * 60 + minutes


def _minute_of_day(value: object) -> int:
    if _minute(value) == 1440:
        raise ValueError('must be before "24:00"; midnight is "00:00"')
    return _minute(value)


def _duration(value: object) -> Duration:
    if not isinstance(value, str) or read_units(value) is None:
        raise ValueError(
            f'{value!r} is not a duration; write it in quotes, like "90s", "15m", "4h" or "1h30m"'
        )
    return parse_duration(value)


def _duration_or_never(value: object) -> Duration | Literal["never"]:
    return NEVER if value == NEVER else _duration(value)


def _duration_or_reminders(value: object) -> Duration | Literal["reminders"]:
    return REMINDERS if value == REMINDERS else _duration(value)


def _list(value: object) -> object:
    # pydantic would take a table's keys for a list.
    if isinstance(value, list):
        return value
    raise ValueError('must be a list in brackets, such as ["one", "two"]')


def _id_of(letters: str, what: str) -> AfterValidator:
    # A word of few letters, such as SALES, is a group's name in the wrong place rather than an id.
    shape = re.compile(rf"(?=.*[0-9]|.{{9}})[{letters}][A-Z0-9]{{1,30}}")

    def check(text: str) -> str:
        if shape.fullmatch(text) is None:
            raise ValueError(f"{text!r} is not {what}")
        return text

    return AfterValidator(check)


Many = Annotated[tuple[T, ...], BeforeValidator(_list)]
Some = Annotated[tuple[T, ...], BeforeValidator(_list), Field(min_length=1)]
Amount = Annotated[Decimal, PlainValidator(_amount)]
Minute = Annotated[int, PlainValidator(_minute)]
"""After midnight; 1440 is the end of the day."""
MinuteOfDay = Annotated[int, PlainValidator(_minute_of_day)]
PositiveDuration = Annotated[Duration, PlainValidator(_duration)]
DurationOrNever = Annotated[Duration | Literal["never"], PlainValidator(_duration_or_never)]
DurationOrReminders = Annotated[Duration | Literal["reminders"], PlainValidator(_duration_or_reminders)]
Factor = Annotated[float, PlainValidator(_factor)]
Count = Annotated[int, Field(strict=True, ge=1, le=50)]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""A group's or the hours' name; people type it: ``/order delegate @carol for finance``."""
UserId = Annotated[str, _id_of("UW", "an id of a Slack user (U... or W...), as a profile's menu copies it")]
Member = Annotated[str, _id_of("UWS", "an id of a Slack user (U... or W...) or of a Slack user group (S...)")]
ChannelId = Annotated[str, _id_of("CG", "an id of a Slack channel (C... or G...), as its details show it")]
Pattern = Annotated[str, Field(min_length=1, max_length=200)]
