"""Orders and refunds that continue as new, on the next build of the workers, while they wait for approval."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client

from orchestration.contracts import names
from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue
from orchestration.worker.workers import deployment_config, workflow_worker
from tests.replay.scenarios.base import Scenario
from tests.replay.scenarios.refunds import waiting_refund
from tests.support.builds import promote
from tests.support.policy import a_tier
from tests.workflows.fake_activities import APPROVER, OTHER_APPROVER, STRANGER, FakeActivities
from tests.workflows.running_order import RunningOrder, start_and_wait


async def continued(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The order continues as new after one of two approvals; the second comes in the new run."""
    fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    async with _build(client, fakes, "a"):
        case = await start_and_wait(client, fakes, order_id)
        await _goes_on(client, fakes, case)
    return case


async def refund_continued(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The refund continues as new after one of two approvals."""
    fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    async with _build(client, fakes, "c"):
        case = await waiting_refund(client, fakes, order_id)
        await _goes_on(client, fakes, case, "d")
    return case


async def _goes_on(client: Client, fakes: FakeActivities, case: RunningOrder, build_id: str = "b") -> None:
    await case.approve(APPROVER, "d-1")
    async with _build(client, fakes, build_id):
        await case.approve(STRANGER, "d-2")
        latest = RunningOrder(client, fakes, client.get_workflow_handle(case.handle.id))
        while (await latest.handle.describe()).run_id == case.handle.first_execution_run_id:
            await latest.verdict("d-2")
        await latest.approve(OTHER_APPROVER, "d-3")
        await case.handle.result()


@asynccontextmanager
async def _build(client: Client, fakes: FakeActivities, build_id: str) -> AsyncIterator[None]:
    """Run a worker of this build, promoted to current, while the block runs."""
    config = deployment_config(Queue.ORDER, build_id)
    async with workflow_worker(
        client, names.ORDER_TASK_QUEUE, fakes.order_activities(), deployment_config=config
    ):
        await promote(Deployments(client), Queue.ORDER, build_id)
        try:
            yield
        finally:
            await client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=client.namespace, deployment_name=Queue.ORDER.deployment, build_id=""
                )
            )


SCENARIOS: tuple[Scenario, ...] = (continued, refund_continued)
