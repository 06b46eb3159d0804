"""The workers of each task queue, made from ports. No environment is read and nothing is connected here."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, assert_never

import structlog
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from orchestration import contracts, stopping
from orchestration.activities.failures import FailureInterceptor
from orchestration.activities.faults import Faults, FlakyInterceptor
from orchestration.activities.orders import OrderActivities
from orchestration.activities.payments import PaymentActivities
from orchestration.activities.refunds import RefundActivities
from orchestration.activities.shipping import ShippingActivities
from orchestration.outside import Carrier, PaymentGateway
from orchestration.ports import OrderStore, PaymentStore, PolicySource, RefundStore
from orchestration.workflows.order import OrderWorkflow
from orchestration.workflows.refund import RefundWorkflow
from orchestration.workflows.shipping import ShippingWorkflow

log = structlog.stdlib.get_logger(__name__)

GRACE = timedelta(seconds=stopping.ACTIVITIES)
"""How long running activities may go on after a stop was asked for."""

STICKY_TIMEOUT = timedelta(seconds=2)
"""How long Temporal waits for a worker that has an order cached. By default 10 s: how long every click would
wait after a worker was killed."""

SANDBOX = SandboxRestrictions.default.with_passthrough_modules(
    # Pure; importing them anew for each workflow costs a third of its CPU.
    "orchestration.domain",
    "orchestration.contracts",
    "orchestration.retries",
    "orchestration.summary",
    "orchestration.workflows.carried",
    "orchestration.workflows.casefile",
    "orchestration.workflows.gatefile",
    "orchestration.workflows.refundfile",
    "pydantic",
)

_WORKFLOWS: dict[str, list[type]] = {
    contracts.ORDER_TASK_QUEUE: [OrderWorkflow, RefundWorkflow],
    contracts.SHIPPING_TASK_QUEUE: [ShippingWorkflow],
}


class Queue(StrEnum):
    """Which workers a process runs."""

    ORDER = "order"
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class Ports:
    """What the activities talk to."""

    orders: OrderStore
    payments: PaymentStore
    gateway: PaymentGateway
    carrier: Carrier
    refunds: RefundStore
    policy: PolicySource


def build_worker(client: Client, queue: Queue, ports: Ports, faults: Faults) -> Worker:
    """Return the worker of one task queue; it polls once it is run."""
    match queue:
        case Queue.ORDER:
            orders = OrderActivities(ports.orders, ports.policy, ports.gateway)
            refunds = RefundActivities(ports.refunds, ports.policy)
            payments = PaymentActivities(ports.payments, ports.gateway)
            task_queue: str = contracts.ORDER_TASK_QUEUE
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
            ]
        case Queue.SHIPPING:
            shipping = ShippingActivities(ports.orders, ports.carrier)
            task_queue = contracts.SHIPPING_TASK_QUEUE
            activities = [shipping.prepare, shipping.dispatch]
        case _ as never:
            assert_never(never)
    # The first wraps the others: an injected fault is not translated.
    interceptors = [FlakyInterceptor(faults), FailureInterceptor()]
    return workflow_worker(client, task_queue, activities, interceptors=interceptors)


def workflow_worker(
    client: Client, task_queue: str, activities: Sequence[Callable[..., Any]], **options: Any
) -> Worker:
    """Return a worker for the workflows of this task queue, with these activities and further options."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=_WORKFLOWS[task_queue],
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(restrictions=SANDBOX),
        graceful_shutdown_timeout=GRACE,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        **options,
    )


async def run_workers(workers: Sequence[Worker], stop: asyncio.Event) -> None:
    """Run until `stop` is set; then finish what runs. Raises what a worker died of."""
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*runs, stopped], return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping: no new work is taken, running activities finish", seconds=GRACE.total_seconds())
    stopped.cancel()
    await asyncio.gather(*(worker.shutdown() for worker in workers))
    await asyncio.gather(*runs)
    # Leaving main at once after a worker's shutdown crashes some interpreters (sdk-python issue 300).
    await asyncio.sleep(0.1)
