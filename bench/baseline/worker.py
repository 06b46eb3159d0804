"""`python -m bench.baseline.worker`: workers whose activities do nothing, divided as in production."""

import argparse
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from bench.baseline import activities
from bench.baseline.workflows import BareOrder, BareShipping
from bot.__main__ import MAX_ACTIVITIES
from orchestration.contracts import names
from orchestration.process.lifecycle import run_process, stop_on_signals
from orchestration.worker.workers import ACTIVITY_SHUTDOWN_TIMEOUT, SANDBOX, STICKY_TIMEOUT, run_workers
from orchestration.workflows.order.workflow import OrderWorkflow
from orchestration.workflows.shipping.workflow import ShippingWorkflow


class Kind(StrEnum):
    """What is run with activities that do nothing."""

    BARE = "bare"
    BARE_CARD = "bare-card"
    ORDER = "order"


class Role(StrEnum):
    """Which of production's two processes this one stands for."""

    ORCHESTRATION = "orchestration"
    BOT = "bot"


def _workers(client: Client, kind: Kind, role: Role, say: activities.Say) -> Sequence[Worker]:
    is_order = kind is Kind.ORDER
    if is_order:
        by_process = activities.for_order_workflow(say)
    else:
        by_process = activities.bare(say, with_card=kind is Kind.BARE_CARD)
    if role is Role.BOT:
        return [
            Worker(
                client,
                task_queue=names.SLACK_TASK_QUEUE,
                activities=by_process["slack"],
                max_concurrent_activities=MAX_ACTIVITIES,
                graceful_shutdown_timeout=ACTIVITY_SHUTDOWN_TIMEOUT,
            )
        ]
    return [
        _workflow_worker(
            client, names.ORDER_TASK_QUEUE, OrderWorkflow if is_order else BareOrder, by_process["order"]
        ),
        _workflow_worker(
            client,
            names.SHIPPING_TASK_QUEUE,
            ShippingWorkflow if is_order else BareShipping,
            by_process["shipping"],
        ),
    ]


def _workflow_worker(
    client: Client, task_queue: str, workflow: type, activities: Sequence[activities.Activity]
) -> Worker:
    # The options of orchestration.worker.workers, which knows no workflows but its own.
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[workflow],
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(restrictions=SANDBOX),
        graceful_shutdown_timeout=ACTIVITY_SHUTDOWN_TIMEOUT,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
    )


async def _run(options: argparse.Namespace) -> None:
    stop = stop_on_signals()
    client = await Client.connect(
        options.address, namespace=options.namespace, data_converter=pydantic_data_converter
    )
    workers = _workers(client, options.kind, options.role, activities.say_to(options.say_to))
    options.ready.touch()
    await run_workers(workers, stop)


def main() -> None:
    """Read the arguments and work until asked to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", type=Kind)
    parser.add_argument("role", type=Role)
    parser.add_argument("--address", required=True)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--say-to", type=int, required=True, help="UDP port to name waiting orders to")
    parser.add_argument("--ready", type=Path, required=True, help="a file to make when ready")
    options = parser.parse_args()
    run_process("bench.baseline.worker", lambda: _run(options))


if __name__ == "__main__":
    main()
