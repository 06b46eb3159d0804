"""The IANA name of the terminal's own time zone; the standard library only knows its offset."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.domain.written_times.moments import find_zone

LOCALTIME = Path("/etc/localtime")
_HOUR = timedelta(hours=1)


def terminal_zone() -> str:
    """Return what TZ names, else what this machine is set to, else this moment's offset in whole hours."""
    for name in (os.environ.get("TZ", "").removeprefix(":"), _machine()):
        if _exists(name):
            return name
    offset = datetime.now(UTC).astimezone().utcoffset() or timedelta()
    # These names have the sign the other way round: Etc/GMT-2 is two hours ahead of UTC.
    return "UTC" if offset % _HOUR or not offset else f"Etc/GMT{-(offset // _HOUR):+d}"


def _machine() -> str:
    # A link to the zone's file in most systems.
    _, _, name = str(LOCALTIME.resolve()).partition("/zoneinfo/")
    return name


def _exists(name: str) -> bool:
    try:
        find_zone(name)
    except ValueError:
        return False
    return True
