"""Reads Temporal's worker deployments, and promotes builds of the workers.

A workflow is pinned to the build on which it was started. Temporal gives new workflows, and the next runs of
workflows that continue as new, to the current build of a queue's deployment, and a part of them to a ramping
build.
"""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import RoutingConfigUpdateState, TaskQueueType
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

from orchestration.domain.errors import OutcomeUnknown
from orchestration.worker.builds import BuildStatus, Deployment, NoSuchBuild, to_deployment
from orchestration.worker.task_queues import Queue

POLLED_WITHIN = timedelta(seconds=75)
"""A worker polls again after a minute at the latest; one that has not is gone."""
PROPAGATION_LIMIT = 60.0
"""Seconds until every partition of the task queues must have adopted a promotion. Commonly one or two; more
than 10 were seen with all processors busy."""


class Deployments:
    """Reads and changes the worker deployments of this namespace. Every method may raise RPCError."""

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
        return to_deployment(queue, answer)

    async def get(self, queue: Queue) -> Deployment:
        """Return the queue's deployment. Raises NoSuchBuild if there is none."""
        found = await self.find(queue)
        if found is None:
            raise NoSuchBuild(f"There is no {queue.deployment}: no worker with a BUILD_ID has ever polled.")
        return found

    async def count_workers(self, queue: Queue, build_id: str) -> int:
        """Count the processes of a build that poll. A killed process is still counted for POLLED_WITHIN."""
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
        """Count the running workflows that are pinned to a build, as indexed up to a few seconds ago."""
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
        """Give all new workflows to a build, or `ramp` percent of them. False: it gets them already.

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
        await self._wait_until_propagated(queue)
        return changes

    async def promote_first_build(self, queue: Queue, build_id: str) -> None:
        """Make a build current if it is the only one there ever was: the first start needs no promotion.

        Raises OutcomeUnknown.
        """
        deployment = await self.find(queue)
        if deployment is None or deployment.current is not None:
            return
        if [each.build_id for each in deployment.builds] == [build_id]:
            await self._make_current(deployment, build_id)
            await self._wait_until_propagated(queue)

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

    async def _wait_until_propagated(self, queue: Queue) -> None:
        """Wait until every partition of the task queues has adopted the change. Raises OutcomeUnknown."""
        propagation = AsyncRetrying(
            retry=retry_if_result(_is_propagating),
            wait=wait_fixed(0.1),
            stop=stop_after_delay(PROPAGATION_LIMIT),
        )
        try:
            await propagation(self._describe, queue)
        except RetryError:
            raise OutcomeUnknown(
                f"The change of {queue.deployment} was accepted, but part of {queue.task_queue} had not "
                f"adopted it within {PROPAGATION_LIMIT:g} s. `deployment show` shows the state."
            ) from None


def _is_propagating(answer: DescribeWorkerDeploymentResponse) -> bool:
    state = answer.worker_deployment_info.routing_config_update_state
    return state == RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS
