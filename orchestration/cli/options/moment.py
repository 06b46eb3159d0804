"""A moment in the past as people write it: 7d, 2026-11-20, 2026-11-20T14:00, 2026-11-20T14:00:00Z."""

from datetime import UTC, datetime

import typer

from orchestration.cli.errors import UsageError
from orchestration.cli.options.duration import parse_duration
from orchestration.domain.written_times import find_zone

EXAMPLES = "7d or 12h (ago), 2026-11-20, 2026-11-20T14:00, 2026-11-20T14:00:00Z"


def parse_moment(option: str, text: str, now: datetime, zone: str) -> datetime:
    """Return the moment meant, in UTC; without an offset it is in `zone`, an IANA name. A day is its start.

    Raises UsageError, which names the option.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - parse_duration(text)
        except (typer.BadParameter, OverflowError):
            raise UsageError(
                f"{option}: {text!r} is not a time that I understand; write {EXAMPLES}"
            ) from None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=find_zone(zone))).astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{option}: {text!r} is out of every calendar") from None
