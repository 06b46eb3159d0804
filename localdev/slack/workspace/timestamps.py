"""Slack's message timestamps (`ts`)."""

import time


def slack_ts(microseconds: int) -> str:
    """Return `seconds.microseconds`, with six digits after the point."""
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def as_microseconds(ts: str) -> int | None:
    """Return the microseconds of a `ts`; None if it is not one. Like Slack, it accepts `5` and `5.0`."""
    seconds, _, fraction = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit()) or (fraction and not fraction.isdigit()):
        return None
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))


class TimestampClock:
    """Makes message timestamps that are unique and increasing, even several in one microsecond."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        """Return a new `ts`."""
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return slack_ts(self._last)

    def seen(self, ts: str) -> None:
        """Make only timestamps after `ts`, which a restored message has."""
        self._last = max(self._last, as_microseconds(ts) or 0)
