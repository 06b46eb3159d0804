"""Time as Slack writes it."""

import time


def slack_ts(microseconds: int) -> str:
    """`seconds.microseconds`, six digits after the point."""
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def as_microseconds(ts: str) -> int | None:
    """The inverse of `slack_ts`; None for what is not a timestamp. `5` and `5.0` are taken, as Slack does."""
    seconds, _, fraction = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit()) or (fraction and not fraction.isdigit()):
        return None
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))


class TimestampClock:
    """Gives out message timestamps: unique and growing, however fast they are asked for."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        """A `ts` that no message has had."""
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return slack_ts(self._last)

    def seen(self, ts: str) -> None:
        """Never give out `ts`, or anything before it (a restored workspace; a clock that was set back)."""
        self._last = max(self._last, as_microseconds(ts) or 0)
