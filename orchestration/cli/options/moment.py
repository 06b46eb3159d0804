"""Options that are moments in the past."""

from datetime import datetime

from orchestration.cli.errors import UsageError
from orchestration.domain.written_times.moments import PAST_EXAMPLES as EXAMPLES
from orchestration.domain.written_times.moments import parse_past

__all__ = ["EXAMPLES", "parse_moment"]


def parse_moment(option: str, text: str, now: datetime, zone: str) -> datetime:
    """Return the moment that was typed, in UTC. Raises UsageError, which names the option."""
    try:
        return parse_past(text, now, zone)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
