"""Runs the whole system as processes that can be killed, frozen and started again on the same ports."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.harness.processes import ROOT, environment, python
from localdev.errors import LocaldevError
from localdev.postgres.server import APP_USER, USER, PostgresServer
from localdev.processes.ports import HOST, free_port
from localdev.processes.probes import answers
from localdev.processes.program import Program, run_once
from localdev.temporal import TemporalServer
from tests.chaos.journal import Journal
from tests.chaos.plan.model import APPROVALS, POLICY

_RATE_LIMIT_SCALE = "20"
"""Slack's allowances times so much: limits are met in storms, not all the time."""
_REVIVE_PAUSE = 1.0
_WATCH = 0.5


class Cluster:
    """`postgres`, `temporal`, `slack`, two of `bot`, two of `orchestration`. An async context manager.

    `extra` holds further settings for each kind of process: `{"orchestration": {"FLAKY_HANG_RATE": "0.1"}}`.
    """

    def __init__(
        self, folder: Path, journal: Journal, extra: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.ledger = folder / "ledger.sqlite3"
        self._journal = journal
        self._extra = extra or {}
        slack_port, postgres_port = free_port(), free_port()
        self.slack_url = f"http://{HOST}:{slack_port}"
        self.database_url = _database_url(postgres_port, USER)
        postgres = PostgresServer(
            folder / "postgres", port=postgres_port, fsync=False, log=self.logs / "postgres.log"
        )
        temporal = TemporalServer(log=self.logs / "temporal.log", db_file=folder / "temporal.sqlite3")
        self.temporal_address = temporal.address
        self.settings = {
            "DATABASE_URL": _database_url(postgres_port, APP_USER),
            "TEMPORAL_ADDRESS": temporal.address,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "SLACK_BOT_TOKEN": "xoxb-localdev-countersign",
            "SLACK_APP_TOKEN": "xapp-1-A0APP0001-localdev",
            "SLACK_API_URL": f"{self.slack_url}/api/",
            "SLACK_APPROVALS_CHANNEL": APPROVALS,
            "APPROVAL_POLICY_FILE": str(folder / "approval-policy.toml"),
            "SIMULATED_LEDGER": str(self.ledger),
            "LOG_FORMAT": "json",
        }
        self.servers: dict[str, PostgresServer | Program] = {
            "postgres": postgres,
            "temporal": temporal,
            "slack": self._simulator(slack_port),
        }
        for kind in ("orchestration", "bot"):
            for n in (1, 2):
                self.servers[f"{kind}-{n}"] = self._process(kind, f"{kind}-{n}")
        self._locks = {name: asyncio.Lock() for name in self.servers}
        self._wanted: set[str] = set()
        self._frozen: set[str] = set()
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        (self.folder / "approval-policy.toml").write_text(POLICY)
        try:
            async with asyncio.TaskGroup() as group:
                for name in ("postgres", "temporal", "slack"):
                    group.create_task(self.servers[name].start())
            migrate = (sys.executable, "-m", "db", "migrate")
            owner = environment(**self.settings, MIGRATIONS_DATABASE_URL=self.database_url)
            await run_once("migrations", migrate, log=self.logs / "migrate.log", env=owner)
            async with asyncio.TaskGroup() as group:
                for name in list(self.servers)[3:]:
                    group.create_task(self.servers[name].start())
        except BaseException:
            await self._end()
            raise
        self._wanted = set(self.servers)
        self._watch = asyncio.create_task(self._keep_running())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    def lock(self, name: str) -> asyncio.Lock:
        """One fault at a time for each process."""
        return self._locks[name]

    async def kill(self, name: str) -> None:
        """Kill it with SIGKILL; it is not started again by itself."""
        self._wanted.discard(name)
        self.servers[name].kill()
        await self.servers[name].wait()

    async def stop(self, name: str) -> None:
        """Ask it to stop, as a deploy does, and note how long that took and how it ended."""
        self._wanted.discard(name)
        began = time.monotonic()
        await self.servers[name].stop()
        code = await self.servers[name].wait()
        self._journal.write("stopped", name=name, seconds=round(time.monotonic() - began, 2), code=code)

    async def start(self, name: str) -> None:
        """Start it on its ports; again and again, as a container platform does, should it not come up."""
        if name in self._wanted:
            return
        server = self.servers[name]
        while True:
            try:
                await server.start()
            except LocaldevError as error:
                self._journal.write("did not start", name=name, problem=str(error)[-600:])
                await asyncio.sleep(_REVIVE_PAUSE)
            else:
                self._wanted.add(name)
                return

    def freeze(self, name: str) -> None:
        """Stop it in its tracks: a zombie that does not know it."""
        if self.servers[name].alive:
            os.kill(self.servers[name].pid, signal.SIGSTOP)
            self._frozen.add(name)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        if name in self._frozen and self.servers[name].alive:
            os.kill(self.servers[name].pid, signal.SIGCONT)
        self._frozen.discard(name)

    async def heal(self) -> None:
        """Thaw and start whatever is not running."""
        for name in self.servers:
            self.thaw(name)
            async with self._locks[name]:
                await self.start(name)

    async def _keep_running(self) -> None:
        while True:
            await asyncio.sleep(_WATCH)
            for name in sorted(self._wanted):
                server = self.servers[name]
                if not server.alive and not self._locks[name].locked():
                    self._wanted.discard(name)
                    self._journal.write("ended by itself", name=name, code=await server.wait())
                    async with self._locks[name]:
                        await self.start(name)

    async def _end(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._wanted.clear()
        for name in [*reversed(self.servers)]:
            self.thaw(name)
            server = self.servers[name]
            if name == "temporal" and server.alive:
                server.kill()  # It has nothing to keep any more, and a stop takes a second.
                await server.wait()
            else:
                await server.stop()

    def _simulator(self, port: int) -> Program:
        arguments = ("--port", str(port), "--rate-limits", "--rate-limit-scale", _RATE_LIMIT_SCALE)
        files = ("--state", str(self.folder / "slack.sqlite3"), "--manifest", str(ROOT / "manifest.yml"))
        log = self.logs / "slack.log"
        return python("localdev.slack", *arguments, *files, log=log, ready=answers(port))

    def _process(self, kind: str, name: str) -> Program:
        port = free_port()
        settings = {**self.settings, "HEALTH_PORT": str(port), **self._extra.get(kind, {})}
        return python(kind, log=self.logs / f"{name}.log", ready=answers(port, "/readyz"), **settings)


def _database_url(port: int, user: str) -> str:
    return f"postgresql://{user}@{HOST}:{port}/{USER}?sslmode=disable"
