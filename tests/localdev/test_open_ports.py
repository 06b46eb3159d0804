"""Every socket that `make run` listens on can be reached only from this machine."""

import asyncio
import ipaddress
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from localdev.processes.ports import free_port
from localdev.settings import LocaldevSettings
from orchestration.keyring import new_entry
from tests.support.folders import public_folder

ROOT = Path(__file__).parents[2]
_LISTEN = "0A"
PORTS = [name for name in LocaldevSettings.model_fields if name.endswith("_port")]

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="/proc is Linux's own")


def listening(pids: set[int]) -> set[tuple[str, int]]:
    """Return the address and port of each TCP socket that one of the processes listens on."""
    inodes = {link for pid in pids for link in _sockets(pid)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in (Path("/proc/net") / table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN and f"socket:[{fields[9]}]" in inodes:
                host, _, port = fields[1].rpartition(":")
                found.add((_address(host), int(port, 16)))
    return found


def _sockets(pid: int) -> set[str]:
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(os.readlink(each))
        except FileNotFoundError:
            continue  # It was closed meanwhile.
    return found


def _address(host: str) -> str:
    """Return the address, of which the kernel writes each 32 bits in the machine's byte order."""
    words = [bytes.fromhex(host[i : i + 8]) for i in range(0, len(host), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return str(ipaddress.ip_address(packed))


def tree(root: int) -> set[int]:
    """Return the process and all its descendants."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended meanwhile.
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")])
def test_this_test_sees_what_listens(family: socket.AddressFamily, host: str) -> None:
    """The check itself finds a socket that is open to other machines."""
    with socket.create_server((host, 0), family=family) as server:
        assert (host, server.getsockname()[1]) in listening({os.getpid()})


@pytest_asyncio.fixture
async def running() -> AsyncIterator[tuple[int, dict[str, int]]]:
    """`python -m localdev` with everything that it can start: its process id, and its ports by setting."""
    ports = {name: free_port() for name in PORTS}
    with public_folder() as folder:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SLACK_", "TEMPORAL_", "LOCALDEV_", "DATABASE_URL"))
        }
        environment |= {f"LOCALDEV_{name.upper()}": str(port) for name, port in ports.items()}
        environment |= {"LOCALDEV_DIR": str(folder / "data"), "PAYLOAD_KEYS": new_entry("2026-11")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "localdev"), cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
        )
        try:
            assert process.stdout is not None
            said = b""
            while not re.search(rb"Ready in", said):
                line = await process.stdout.readline()
                assert line, said.decode()
                said += line
            yield process.pid, ports
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.communicate()


@pytest.mark.timeout(180)  # It starts everything with empty data.
async def test_only_this_machine_can_reach_it(running: tuple[int, dict[str, int]]) -> None:
    """The ports of the settings, and all others that the processes open."""
    pid, ports = running
    found = listening(tree(pid))
    assert set(ports.values()) <= {port for _, port in found}
    assert [each for each in found if not ipaddress.ip_address(each[0]).is_loopback] == []
