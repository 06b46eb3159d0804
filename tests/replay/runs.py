"""Waits that go on in a new run, on the next build of the workers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client

from orchestration.contracts import names
from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue
from orchestration.worker.workers import deployment_config, workflow_worker
from tests.replay.refunds import waiting_refund
from tests.replay.scene import Scenario, waiting
from tests.support.builds import until_known
from tests.support.policy import a_tier
from tests.workflows.world import APPROVER, OTHER_APPROVER, STRANGER, Case, World


async def continued(client: Client, world: World, order_id: str) -> Case:
    """With one of two approvals; the second comes in the new run."""
    world.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    async with _build(client, world, "a"):
        case = await waiting(client, world, order_id)
        await _goes_on(client, world, case)
    return case


async def refund_continued(client: Client, world: World, order_id: str) -> Case:
    """The same of a refund."""
    world.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    async with _build(client, world, "c"):
        case = await waiting_refund(client, world, order_id)
        await _goes_on(client, world, case, "d")
    return case


async def _goes_on(client: Client, world: World, case: Case, build_id: str = "b") -> None:
    await case.approve(APPROVER, "d-1")
    async with _build(client, world, build_id):
        await case.approve(STRANGER, "d-2")
        latest = Case(client, world, client.get_workflow_handle(case.handle.id))
        while (await latest.handle.describe()).run_id == case.handle.first_execution_run_id:
            await latest.verdict("d-2")
        await latest.approve(OTHER_APPROVER, "d-3")
        await case.handle.result()


@asynccontextmanager
async def _build(client: Client, world: World, build_id: str) -> AsyncIterator[None]:
    """Run a worker of this build, which is the current one, while the block does; then there is none."""
    config = deployment_config(Queue.ORDER, build_id)
    deployments = Deployments(client)
    async with workflow_worker(
        client, names.ORDER_TASK_QUEUE, world.order_activities(), deployment_config=config
    ):
        await until_known(deployments, Queue.ORDER, build_id)
        await deployments.promote(Queue.ORDER, build_id)
        try:
            yield
        finally:
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=client.namespace, deployment_name=Queue.ORDER.deployment, build_id=""
                )
            )


SCENARIOS: tuple[Scenario, ...] = (continued, refund_continued)
