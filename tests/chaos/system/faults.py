"""Injects the faults of the plan into the running system, each at its time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp

from localdev.slack.client import ControlError, WorkspaceClient
from tests.chaos.journal import Journal
from tests.chaos.plan.model import Plan, PlannedFault
from tests.chaos.system.cluster import Cluster
from tests.chaos.system.full_disk import FileSizeLimitUnavailable, full_disk

_WORKERS = ("bot-1", "orchestration-1", "bot-2", "orchestration-2")
_NOT_NOW = (aiohttp.ClientError, ControlError, TimeoutError, ValueError)


class Faults:
    """Each fault runs by itself; two for the same process wait for each other."""

    def __init__(self, cluster: Cluster, workspace: WorkspaceClient, journal: Journal) -> None:
        self._cluster = cluster
        self._workspace = workspace
        self._journal = journal
        self._do: dict[str, Callable[[PlannedFault], Awaitable[None]]] = {
            "kill": self._kill,
            "stop": self._stop,
            "freeze": self._freeze,
            "full disk": self._fill_disk,
            "deploy": self._deploy,
            "cut": self._cut,
            "refresh": self._refresh,
            "revoke": self._revoke,
            "rule": self._rule,
        }

    async def strike(self, plan: Plan) -> None:
        """Do all of them."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for fault in plan.faults:
                group.create_task(self._one(fault, began))

    async def heal(self) -> None:
        """Take every fault back and start what is down."""
        await self._cluster.heal()
        await self._workspace.clear_faults()
        for kind in ("bot", "app"):
            await self._workspace.revoke(kind, revoked=False)

    async def _one(self, fault: PlannedFault, began: float) -> None:
        await asyncio.sleep(began + fault.at - time.monotonic())
        self._journal.write("fault", kind=fault.kind, target=fault.target, rule=fault.rule)
        try:
            await self._do[fault.kind](fault)
        except (*_NOT_NOW, FileSizeLimitUnavailable) as error:
            # The simulator is away just now, by another fault; or this machine cannot do that.
            self._journal.write("fault missed", kind=fault.kind, problem=f"{type(error).__name__} {error}")

    async def _kill(self, fault: PlannedFault) -> None:
        async with self._cluster.lock(fault.target):
            await self._cluster.kill(fault.target)
            await asyncio.sleep(fault.seconds)
            await self._cluster.start(fault.target)

    async def _stop(self, fault: PlannedFault) -> None:
        async with self._cluster.lock(fault.target):
            await self._cluster.stop(fault.target)
            await asyncio.sleep(fault.seconds)
            await self._cluster.start(fault.target)

    async def _freeze(self, fault: PlannedFault) -> None:
        async with self._cluster.lock(fault.target):
            self._cluster.freeze(fault.target)
            await asyncio.sleep(fault.seconds)
            self._cluster.thaw(fault.target)

    async def _fill_disk(self, fault: PlannedFault) -> None:
        async with self._cluster.lock(fault.target):
            async with full_disk(self._cluster.servers[fault.target].pid, self._cluster.folder):
                await asyncio.sleep(fault.seconds)
            # Without its log it can only give up; whoever made room on the disk starts it again.
            await self._cluster.kill(fault.target)
            await self._cluster.start(fault.target)

    async def _deploy(self, fault: PlannedFault) -> None:
        for name in _WORKERS:
            async with self._cluster.lock(name):
                await self._cluster.stop(name)
                await self._cluster.start(name)

    async def _cut(self, fault: PlannedFault) -> None:
        await self._workspace.cut()

    async def _refresh(self, fault: PlannedFault) -> None:
        await self._workspace.disconnect("refresh_requested")

    async def _revoke(self, fault: PlannedFault) -> None:
        await self._workspace.revoke(fault.target)
        await asyncio.sleep(fault.seconds)
        await self._workspace.revoke(fault.target, revoked=False)

    async def _rule(self, fault: PlannedFault) -> None:
        await self._workspace.add_fault(**fault.rule)
