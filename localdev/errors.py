"""The errors of localdev, with the end of the log of a program that failed."""

from pathlib import Path

_NO_SPACE = "No space left on device"


class LocaldevError(Exception):
    """Starting or running the system failed. The message tells the user what is wrong and what to do."""


def tail(log: Path, lines: int = 15, *, since: int = 0) -> str:
    """Return the last lines of a log, from byte `since` on; an empty string if the file does not exist."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - 64_000))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def failed_at_start(what: str, log: Path, *, since: int = 0) -> LocaldevError:
    """Return the error for a program that ended before it was ready, with the end of its log."""
    last = tail(log, since=since)
    if _NO_SPACE in last:
        return LocaldevError(f"{what} cannot start: the disk is full. Free some space and try again.")
    if not last.strip():
        return LocaldevError(f"{what} ended before it was ready, and wrote nothing to {log}.")
    quoted = "\n".join(f"    {line}" for line in last.splitlines())
    return LocaldevError(f"{what} ended before it was ready. The end of {log}:\n{quoted}")
