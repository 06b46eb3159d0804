"""The clock of activities. Workflows use `workflow.now()` instead."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time of this machine, aware and in UTC."""
    return datetime.now(UTC)
