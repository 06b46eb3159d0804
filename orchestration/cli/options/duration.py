"""Options that are durations."""

from datetime import timedelta

import typer

from orchestration.domain.written_times.durations import parse_typed_duration


def parse_duration(text: str) -> timedelta:
    """Read a duration that was typed. Raises typer.BadParameter."""
    try:
        return parse_typed_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
