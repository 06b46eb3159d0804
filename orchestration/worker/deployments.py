"""Which builds of the workers there are, which of them takes new orders, and how that is changed.

A workflow is pinned to the build that it began on. Temporal gives new workflows, and new runs of those that
continue as new, to the current build of a queue's deployment, and a part of them to a ramping one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from temporalio.api.enums.v1 import RoutingConfigUpdateState, TaskQueueType, WorkerDeploymentVersionStatus
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from tenacity import AsyncRetrying, RetryError, retry_if_result, stop_after_delay, wait_fixed

from orchestration.domain.errors import CountersignError, OutcomeUnknown
from orchestration.worker.task_queues import Queue

POLLED_WITHIN = timedelta(seconds=75)
"""A worker polls again after a minute at the latest; one that has not is gone."""
SPREADING_LIMIT = 60.0
"""Seconds that a promotion may take until every part of the task queues knows of it. Commonly one or two;
more than 10 were seen with all processors busy."""


class NoSuchBuild(CountersignError):
    """Temporal knows no such build of the workers, or none of its workers polls."""


class BuildStatus(StrEnum):
    """What Temporal says of a build."""

    INACTIVE = "inactive"
    """It has not been promoted yet: it gets nothing."""
    CURRENT = "current"
    RAMPING = "ramping"
    DRAINING = "draining"
    """It gets nothing new and finishes what it has."""
    DRAINED = "drained"


_S = WorkerDeploymentVersionStatus
_STATUSES: dict[int, BuildStatus] = {
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_CREATED: BuildStatus.INACTIVE,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE: BuildStatus.INACTIVE,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: BuildStatus.CURRENT,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: BuildStatus.RAMPING,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: BuildStatus.DRAINING,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: BuildStatus.DRAINED,
}


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a deployment. `ramp` is the percentage of new orders that a ramping one gets."""

    build_id: str
    status: BuildStatus
    created_at: datetime
    ramp: float = 0.0


@dataclass(frozen=True, slots=True)
class Deployment:
    """The builds of one queue's workers, newest first. `token` guards a change against another one."""

    queue: Queue
    builds: tuple[Build, ...]
    token: bytes

    @property
    def current(self) -> Build | None:
        """The build that takes new orders; None: workers without a build id take them."""
        return next((each for each in self.builds if each.status is BuildStatus.CURRENT), None)

    def build(self, build_id: str) -> Build:
        """Return one of them. Raises NoSuchBuild."""
        for each in self.builds:
            if each.build_id == build_id:
                return each
        known = ", ".join(each.build_id for each in self.builds)
        raise NoSuchBuild(f"{self.queue.deployment} has no build {build_id}; it has: {known}")


class Deployments:
    """What Temporal knows of our workers. Everything may raise RPCError."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._service = client.workflow_service

    async def find(self, queue: Queue) -> Deployment | None:
        """Return the queue's deployment; None if no worker with a build id has ever polled."""
        try:
            answer = await self._describe(queue)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        return _deployment(queue, answer)

    async def get(self, queue: Queue) -> Deployment:
        """Return the queue's deployment. Raises NoSuchBuild if there is none."""
        found = await self.find(queue)
        if found is None:
            raise NoSuchBuild(f"There is no {queue.deployment}: no worker with a BUILD_ID has ever polled.")
        return found

    async def count_workers(self, queue: Queue, build_id: str) -> int:
        """Count the processes of a build that poll. One that was killed is still counted for 75 s."""
        answer = await self._service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=self._client.namespace,
                task_queue=TaskQueue(name=queue.task_queue),
                task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            )
        )
        since = datetime.now(UTC) - POLLED_WITHIN
        return len(
            {
                each.identity
                for each in answer.pollers
                if each.deployment_options.build_id == build_id
                and each.deployment_options.deployment_name == queue.deployment
                and each.last_access_time.ToDatetime(UTC) >= since
            }
        )

    async def count_running_workflows(self, queue: Queue, build_id: str) -> int:
        """Count the running workflows that are pinned to a build. A few seconds may pass until it is true."""
        version = f"{queue.deployment}:{build_id}"
        query = f"TemporalWorkerDeploymentVersion = '{version}' AND ExecutionStatus = 'Running'"
        return (await self._client.count_workflows(query)).count

    async def get_with_workers(self, queue: Queue, build_id: str) -> Deployment:
        """Return the queue's deployment. Raises NoSuchBuild unless a worker of this build polls."""
        deployment = await self.get(queue)
        deployment.build(build_id)
        if await self.count_workers(queue, build_id) == 0:
            raise NoSuchBuild(f"No worker of build {build_id} polls {queue.task_queue}. Start one first.")
        return deployment

    async def promote(self, queue: Queue, build_id: str, ramp: float | None = None) -> bool:
        """Let a build take all new orders, or `ramp` percent of them. False: it does already.

        Raises NoSuchBuild if none of its workers polls, OutcomeUnknown.
        """
        deployment = await self.get_with_workers(queue, build_id)
        build = deployment.build(build_id)
        is_current = build.status is BuildStatus.CURRENT
        is_ramped = build.status is BuildStatus.RAMPING and build.ramp == ramp
        changes = not (is_current or is_ramped)
        if changes and ramp is None:
            await self._make_current(deployment, build_id)
        elif changes and ramp is not None:
            await self._ramp(deployment, build_id, ramp)
        await self._spread(queue)
        return changes

    async def promote_first_build(self, queue: Queue, build_id: str) -> None:
        """Make a build current if none is and there never was another: a first start needs no promotion.

        Raises OutcomeUnknown.
        """
        deployment = await self.find(queue)
        if deployment is None or deployment.current is not None:
            return
        if [each.build_id for each in deployment.builds] == [build_id]:
            await self._make_current(deployment, build_id)
            await self._spread(queue)

    async def _describe(self, queue: Queue) -> DescribeWorkerDeploymentResponse:
        request = DescribeWorkerDeploymentRequest(
            namespace=self._client.namespace, deployment_name=queue.deployment
        )
        return await self._service.describe_worker_deployment(request)

    async def _make_current(self, deployment: Deployment, build_id: str) -> None:
        await self._service.set_worker_deployment_current_version(
            SetWorkerDeploymentCurrentVersionRequest(
                namespace=self._client.namespace,
                deployment_name=deployment.queue.deployment,
                build_id=build_id,
                conflict_token=deployment.token,
                identity=self._client.identity,
            )
        )

    async def _ramp(self, deployment: Deployment, build_id: str, percentage: float) -> None:
        await self._service.set_worker_deployment_ramping_version(
            SetWorkerDeploymentRampingVersionRequest(
                namespace=self._client.namespace,
                deployment_name=deployment.queue.deployment,
                build_id=build_id,
                percentage=percentage,
                conflict_token=deployment.token,
                identity=self._client.identity,
            )
        )

    async def _spread(self, queue: Queue) -> None:
        """Wait until every partition of the task queues routes by it."""
        spreading = AsyncRetrying(
            retry=retry_if_result(_is_spreading), wait=wait_fixed(0.1), stop=stop_after_delay(SPREADING_LIMIT)
        )
        try:
            await spreading(self._describe, queue)
        except RetryError:
            raise OutcomeUnknown(
                f"The change of {queue.deployment} was accepted, but part of {queue.task_queue} had not "
                f"heard of it within {SPREADING_LIMIT:g} s. `deployment show` tells how it stands."
            ) from None


def _is_spreading(answer: DescribeWorkerDeploymentResponse) -> bool:
    state = answer.worker_deployment_info.routing_config_update_state
    return state == RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS


def _deployment(queue: Queue, answer: DescribeWorkerDeploymentResponse) -> Deployment:
    info = answer.worker_deployment_info
    routing = info.routing_config
    builds = [
        Build(
            build_id=each.deployment_version.build_id,
            status=_STATUSES.get(each.status, BuildStatus.INACTIVE),
            created_at=each.create_time.ToDatetime(UTC),
            ramp=routing.ramping_version_percentage
            if each.deployment_version == routing.ramping_deployment_version
            else 0.0,
        )
        for each in info.version_summaries
    ]
    newest_first = tuple(sorted(builds, key=lambda each: each.created_at, reverse=True))
    return Deployment(queue, newest_first, answer.conflict_token)
