"""Reports whether this worker's build is current, ramping or draining, for the log and `/readyz`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import assert_never

import structlog
from temporalio.service import RPCError

from orchestration.domain.errors import OutcomeUnknown
from orchestration.process.health import Check, ReadyWithWarning
from orchestration.worker.builds import BuildStatus, Deployment
from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue

CHECK_INTERVAL = 15.0
"""Seconds between two checks, so that a promotion is soon seen in the log of the build's workers."""
FIRST_CHECK_INTERVAL = 0.2
"""Seconds between two checks until Temporal knows the build; grows by 30 % each time."""

log = structlog.stdlib.get_logger(__name__)


class BuildStatusMonitor:
    """Checks the status of this build in the deployments of some queues, again and again."""

    def __init__(self, deployments: Deployments, queues: Sequence[Queue], build_id: str) -> None:
        self._deployments = deployments
        self._queues = queues
        self._build_id = build_id
        self._reported: dict[Queue, str] = {}
        self._current: set[Queue] = set()

    @property
    def checks(self) -> dict[str, Check]:
        """The checks for `/readyz`, by deployment. A build without new orders is ready, with a warning."""
        return {queue.deployment: partial(self._check, queue) for queue in self._queues}

    async def _check(self, queue: Queue) -> None:
        if queue not in self._current:
            raise ReadyWithWarning(self._reported.get(queue, "it is not known yet which build is current"))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Check while the block runs, which must run the workers: their first poll registers the build."""
        tasks = [asyncio.create_task(self._monitor(queue)) for queue in self._queues]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _monitor(self, queue: Queue) -> None:
        pause = FIRST_CHECK_INTERVAL
        while True:
            registered = await self._check_once(queue)
            pause = CHECK_INTERVAL if registered else min(pause * 1.3, CHECK_INTERVAL)
            await asyncio.sleep(pause)

    async def _check_once(self, queue: Queue) -> bool:
        """Report a changed status. False: Temporal does not know the build yet, so check again soon."""
        try:
            if self._build_id:
                await self._deployments.promote_first_build(queue, self._build_id)
            deployment = await self._deployments.find(queue)
        except (RPCError, OutcomeUnknown) as error:
            self._report(queue, f"Temporal does not say which build is current: {error}", warn=True)
            return False
        if not self._build_id:
            self._report(queue, describe_unversioned(deployment), warn=True)
            return True
        known = {each.build_id: each for each in deployment.builds} if deployment is not None else {}
        if self._build_id not in known:
            return False
        build = known[self._build_id]
        (self._current.add if build.status is BuildStatus.CURRENT else self._current.discard)(queue)
        promoted = build.status is not BuildStatus.INACTIVE
        self._report(queue, describe_build(build.build_id, build.status, build.ramp), warn=not promoted)
        return True

    def _report(self, queue: Queue, sentence: str, *, warn: bool) -> None:
        if self._reported.get(queue) != sentence:
            self._reported[queue] = sentence
            (log.warning if warn else log.info)(sentence, deployment=queue.deployment)


def describe_unversioned(deployment: Deployment | None) -> str:
    """Return what it means for this process that BUILD_ID is not set."""
    if deployment is not None and deployment.current is not None:
        return (
            f"BUILD_ID is not set, and build {deployment.current.build_id} is current: nothing comes here. "
            "Set BUILD_ID, or stop this process"
        )
    return (
        "BUILD_ID is not set: these workers are unversioned, and the next deploy changes the code under "
        "running orders. See docs/deploying.md"
    )


def describe_build(build_id: str, status: BuildStatus, ramp: float) -> str:
    """Return which orders a build gets."""
    match status:
        case BuildStatus.INACTIVE:
            return (
                f"build {build_id} is not current: no new orders come here. Promote it: "
                f"python -m orchestration.cli deployment promote {build_id}"
            )
        case BuildStatus.CURRENT:
            return f"build {build_id} is current: new orders come here"
        case BuildStatus.RAMPING:
            return f"build {build_id} is ramping: {ramp:g} % of the new orders come here"
        case BuildStatus.DRAINING:
            return f"build {build_id} drains: it finishes its orders and gets no new ones"
        case BuildStatus.DRAINED:
            return f"build {build_id} is drained: this process may be stopped"
        case _ as never:
            assert_never(never)
