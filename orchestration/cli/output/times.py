"""Writes times: in the terminal's own time zone for people, in UTC for JSON."""

from datetime import UTC, datetime


def local_time(moment: datetime) -> str:
    """Write a time in the terminal's time zone, with the zone's name."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def table_time(moment: datetime) -> str:
    """Write a time in the terminal's time zone, without its name: the table's heading has that."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def local_zone() -> str:
    """Return the abbreviation of the terminal's time zone, such as "CET"."""
    return datetime.now(UTC).astimezone().strftime("%Z")


def utc_time(moment: datetime | None) -> str | None:
    """Write a time in UTC as ISO 8601, for JSON."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
