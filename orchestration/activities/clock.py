"""The wall clock of activities. Workflows have their own: `workflow.now()`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware, in UTC."""
    return datetime.now(UTC)
