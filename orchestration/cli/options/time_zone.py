"""Finds the IANA name of the terminal's time zone; the standard library only knows its UTC offset."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.domain.written_times.moments import find_zone

LOCALTIME = Path("/etc/localtime")
_HOUR = timedelta(hours=1)


def terminal_zone() -> str:
    """Return the zone that TZ names, else the machine's zone, else the current UTC offset in whole hours.

    TZ can be a name, a zoneinfo file, or a POSIX rule such as CET-1CEST, which has no name.
    """
    # Not tzlocal (tried: 5.4): for a POSIX rule in TZ it returns the machine's zone, so that a delegation
    # would end hours off; it does not check the name in /etc/timezone; and it caches for the whole process.
    setting = os.environ.get("TZ", "").removeprefix(":")
    names = (setting, _zone_of_file(Path(setting))) if setting else (_zone_of_file(LOCALTIME),)
    for name in names:
        if _exists(name):
            return name
    offset = datetime.now(UTC).astimezone().utcoffset() or timedelta()
    # The sign in these names is reversed: Etc/GMT-2 is two hours ahead of UTC.
    return "UTC" if offset % _HOUR or not offset else f"Etc/GMT{-(offset // _HOUR):+d}"


def _zone_of_file(path: Path) -> str:
    # Most systems have the zone's file, or a link to it, below .../zoneinfo/.
    _, _, name = str(path.resolve()).partition("/zoneinfo/")
    return name


def _exists(name: str) -> bool:
    try:
        find_zone(name)
    except ValueError:
        return False
    return True
