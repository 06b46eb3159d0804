"""Parses options that are durations, or moments in the past."""

from datetime import datetime, timedelta

import typer

from orchestration.cli.errors import UsageError
from orchestration.domain.written_times.durations import parse_typed_duration
from orchestration.domain.written_times.moments import parse_past


def parse_duration(text: str) -> timedelta:
    """Parse a duration such as 90s or 3d. Raises typer.BadParameter."""
    try:
        return parse_typed_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def parse_moment(option: str, text: str, now: datetime, zone: str) -> datetime:
    """Parse a moment in the past, and return it in UTC. Raises UsageError, which names the option."""
    try:
        return parse_past(text, now, zone)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
