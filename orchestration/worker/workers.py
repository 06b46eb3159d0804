"""The workers of each task queue, made from ports. No environment is read and nothing is connected here."""

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
"""How long running activities may go on after a stop was asked for."""

STICKY_TIMEOUT = timedelta(seconds=2)
"""How long Temporal waits for a worker that has an order cached. By default 10 s: how long every click would
wait after a worker was killed."""

MAX_CACHED_WORKFLOWS = 500
"""Orders that a worker keeps in memory, at some 300 kB each; one that is not there is replayed when it is
needed. The SDK's own 1,000 let 2,000 waiting orders take more memory than small containers have."""

SANDBOX = SandboxRestrictions.default.with_passthrough_modules(
    # Pure; importing them anew for each workflow costs a third of its CPU.
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
    """What the activities talk to."""

    orders: OrderStore
    payments: PaymentStore
    gateway: PaymentGateway
    carrier: Carrier
    refunds: RefundStore
    policy: PolicySource
    reader: OrderReader
    reconcile: ReconcileStore


def build_worker(
    client: Client, queue: Queue, ports: WorkerDependencies, faults: Faults, build_id: str = ""
) -> Worker:
    """Return the worker of one task queue; it polls once it is run. Unversioned without a build id."""
    match queue:
        case Queue.ORDER:
            orders = OrderActivities(ports.orders, ports.policy, ports.gateway)
            refunds = RefundActivities(ports.refunds, ports.policy)
            payments = PaymentActivities(ports.payments, ports.gateway)
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
                *_reconciling(client, ports),
            ]
        case Queue.SHIPPING:
            shipping = ShippingActivities(ports.orders, ports.carrier)
            activities = [shipping.prepare, shipping.dispatch]
        case _ as never:
            assert_never(never)
    # The first wraps the others: an injected fault is not translated.
    interceptors = [FaultInjectionInterceptor(faults), ErrorTranslationInterceptor()]
    versioned = {"deployment_config": deployment_config(queue, build_id)} if build_id else {}
    return workflow_worker(client, queue.task_queue, activities, interceptors=interceptors, **versioned)


def deployment_config(queue: Queue, build_id: str) -> WorkerDeploymentConfig:
    """Return what makes a worker one of this build."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=queue.deployment, build_id=build_id),
        use_worker_versioning=True,
        # An order ends on the code that it began on, unless it goes on in a new run.
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def _reconciling(client: Client, ports: WorkerDependencies) -> list[Callable[..., Any]]:
    reconcile = ReconcileActivities(
        ports.reconcile, ports.orders, ports.reader, WorkflowClient(client), ReconciliationClient(client)
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
    """Return a worker for the workflows of this task queue, with these activities and further options."""
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
    """Return what replays histories against the workflows as they are installed here."""
    return Replayer(
        workflows=[each for workflows in WORKFLOWS.values() for each in workflows],
        data_converter=data_converter,
        workflow_runner=SandboxedWorkflowRunner(restrictions=SANDBOX),
    )


async def run_workers(workers: Sequence[Worker], stop: asyncio.Event) -> None:
    """Run until `stop` is set; then finish what runs. Raises what a worker died of."""
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*runs, stopped], return_when=asyncio.FIRST_COMPLETED)
    log.info(
        "stopping: no new work is taken, running activities finish",
        seconds=ACTIVITY_SHUTDOWN_TIMEOUT.total_seconds(),
    )
    stopped.cancel()
    await asyncio.gather(*(worker.shutdown() for worker in workers))
    await asyncio.gather(*runs)
    # Leaving main at once after a worker's shutdown crashes some interpreters (sdk-python issue 300).
    await asyncio.sleep(0.1)
