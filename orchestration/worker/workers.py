"""Builds the Temporal workers of each task queue. Reads no settings and opens no connections."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.converter import DataConverter
from temporalio.worker import Replayer, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from orchestration.activities.error_translation import ErrorTranslationInterceptor
from orchestration.activities.fault_injection import FaultInjectionInterceptor, Faults
from orchestration.activities.orders import OrderActivities
from orchestration.activities.payments import PaymentActivities
from orchestration.activities.reconciliation import ReconcileActivities
from orchestration.activities.refunds import RefundActivities
from orchestration.activities.shipping import ShippingActivities
from orchestration.client.reconciliation import ReconciliationClient
from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts import names
from orchestration.ports.orders import OrderReader, OrderStore
from orchestration.ports.payments import PaymentStore, RefundStore
from orchestration.ports.policy import PolicySource
from orchestration.ports.reconciliation import ReconcileStore
from orchestration.ports.services import Carrier, PaymentGateway
from orchestration.process import shutdown
from orchestration.worker.task_queues import Queue
from orchestration.workflows.order.workflow import OrderWorkflow
from orchestration.workflows.reconciliation.workflow import ReconcileWorkflow
from orchestration.workflows.refund.workflow import RefundWorkflow
from orchestration.workflows.shipping.workflow import ShippingWorkflow

log = structlog.stdlib.get_logger(__name__)

ACTIVITY_SHUTDOWN_TIMEOUT = timedelta(seconds=shutdown.ACTIVITIES)
"""How long running activities may go on after the process was asked to stop."""

STICKY_TIMEOUT = timedelta(seconds=2)
"""How long Temporal waits for the worker that has a workflow cached. With the default of 10 s every
click would take that long after a worker was killed."""

MAX_CACHED_WORKFLOWS = 500
"""How many workflows a worker keeps in memory, at some 300 kB each; others are replayed when needed. With the
SDK's default of 1,000, 2,000 waiting orders take more memory than small containers have."""

SANDBOX = SandboxRestrictions.default.with_passthrough_modules(
    # Modules without side effects. Importing them anew for each workflow takes a third of its CPU time.
    "orchestration.domain",
    "orchestration.contracts",
    "orchestration.workflows.approval.continue_as_new",
    "orchestration.workflows.order.state",
    "orchestration.workflows.approval.state",
    "orchestration.workflows.refund.state",
    "pydantic",
)

WORKFLOWS: dict[str, list[type]] = {
    names.ORDER_TASK_QUEUE: [OrderWorkflow, RefundWorkflow, ReconcileWorkflow],
    names.SHIPPING_TASK_QUEUE: [ShippingWorkflow],
}


@dataclass(frozen=True, slots=True)
class WorkerDependencies:
    """The stores and services that the activities use."""

    orders: OrderStore
    payments: PaymentStore
    gateway: PaymentGateway
    carrier: Carrier
    refunds: RefundStore
    policy: PolicySource
    reader: OrderReader
    reconcile: ReconcileStore


def build_worker(
    client: Client, queue: Queue, dependencies: WorkerDependencies, faults: Faults, build_id: str = ""
) -> Worker:
    """Return the worker of one task queue. Without a build id it is unversioned."""
    match queue:
        case Queue.ORDER:
            orders = OrderActivities(dependencies.orders, dependencies.policy, dependencies.gateway)
            refunds = RefundActivities(dependencies.refunds, dependencies.policy)
            payments = PaymentActivities(dependencies.payments, dependencies.gateway)
            activities: list[Callable[..., Any]] = [
                orders.receive,
                orders.validate,
                orders.resolve_policy,
                orders.record,
                orders.check_amendment,
                orders.amend,
                payments.charge,
                payments.refund,
                refunds.open_refund,
                *_reconciliation_activities(client, dependencies),
            ]
        case Queue.SHIPPING:
            shipping = ShippingActivities(dependencies.orders, dependencies.carrier)
            activities = [shipping.prepare, shipping.dispatch]
        case _ as never:
            assert_never(never)
    # The first interceptor is the outermost: injected faults are not translated.
    interceptors = [FaultInjectionInterceptor(faults), ErrorTranslationInterceptor()]
    versioned = {"deployment_config": deployment_config(queue, build_id)} if build_id else {}
    return workflow_worker(client, queue.task_queue, activities, interceptors=interceptors, **versioned)


def deployment_config(queue: Queue, build_id: str) -> WorkerDeploymentConfig:
    """Return the deployment options of a worker of this build."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=queue.deployment, build_id=build_id),
        use_worker_versioning=True,
        # An order stays on the build on which it was started, unless it continues as new.
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def _reconciliation_activities(client: Client, dependencies: WorkerDependencies) -> list[Callable[..., Any]]:
    reconcile = ReconcileActivities(
        dependencies.reconcile,
        dependencies.orders,
        dependencies.reader,
        WorkflowClient(client),
        ReconciliationClient(client),
    )
    return [
        reconcile.list_rows,
        reconcile.list_executions,
        reconcile.list_retried,
        reconcile.read_workflow_states,
        reconcile.load_card,
        reconcile.request_card_refresh,
        reconcile.store_row,
        reconcile.close_row,
        reconcile.record_findings,
    ]


def workflow_worker(
    client: Client, task_queue: str, activities: Sequence[Callable[..., Any]], **options: Any
) -> Worker:
    """Return a worker with the workflows of a task queue, the given activities, and further options."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS[task_queue],
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(restrictions=SANDBOX),
        graceful_shutdown_timeout=ACTIVITY_SHUTDOWN_TIMEOUT,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        **{"max_cached_workflows": MAX_CACHED_WORKFLOWS, **options},
    )


def build_replayer(data_converter: DataConverter) -> Replayer:
    """Return a replayer of all workflows, in the sandbox that the workers use."""
    return Replayer(
        workflows=[each for workflows in WORKFLOWS.values() for each in workflows],
        data_converter=data_converter,
        workflow_runner=SandboxedWorkflowRunner(restrictions=SANDBOX),
    )


async def run_workers(workers: Sequence[Worker], stop: asyncio.Event) -> None:
    """Run until `stop` is set, and let running activities finish. Raises the error of a worker that fails."""
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*runs, stopped], return_when=asyncio.FIRST_COMPLETED)
    log.info(
        "stopping: no new tasks are polled, running activities finish",
        seconds=ACTIVITY_SHUTDOWN_TIMEOUT.total_seconds(),
    )
    stopped.cancel()
    await asyncio.gather(*(worker.shutdown() for worker in workers))
    await asyncio.gather(*runs)
    # Some interpreters crash if the process exits right after a worker's shutdown (sdk-python issue 300).
    await asyncio.sleep(0.1)
