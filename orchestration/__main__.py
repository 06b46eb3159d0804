"""`python -m orchestration [--queues order,shipping]` runs the Temporal workers."""

import argparse
import asyncio
import os
import socket
from datetime import timedelta
from functools import partial

import structlog
from temporalio.service import RPCError

from db.pool import closing, open_pool, ping
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore
from db.stores.reconciliation import PostgresReconcileStore
from db.stores.refunds import PostgresRefundStore
from orchestration.activities.fault_injection import Faults
from orchestration.client.reconciliation import ReconciliationClient
from orchestration.client.workflow_client import WorkflowClient
from orchestration.policy_file.watcher import PolicyWatcher
from orchestration.process import logs, shutdown
from orchestration.process.health import Check, not_connected, serve_health
from orchestration.process.lifecycle import cancel_on_shutdown, run_process, stop_on_signals
from orchestration.settings import OrchestrationSettings, load
from orchestration.simulated.carrier import SimulatedCarrier
from orchestration.simulated.ledger import Ledger
from orchestration.simulated.payments import SimulatedPaymentGateway
from orchestration.simulated.unreliable_gateway import UnreliablePaymentGateway
from orchestration.temporal.connection import connect
from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue
from orchestration.worker.versioning import BuildStatusMonitor
from orchestration.worker.workers import WorkerDependencies, build_worker, run_workers

log = structlog.stdlib.get_logger(__name__)


async def run(queues: tuple[Queue, ...]) -> None:
    """Connect, run the workers until a signal asks to stop, and shut down."""
    settings = load(OrchestrationSettings)
    logs.configure("orchestration", settings.log_format, settings.log_level)
    policy = PolicyWatcher(settings.approval_policy_file)
    stop = stop_on_signals()
    ledger = Ledger(settings.simulated_ledger)
    checks: dict[str, Check] = dict.fromkeys(("database", "temporal"), not_connected)
    dsn = settings.database_url.get_secret_value()
    async with (
        serve_health(settings.health_host, settings.health_port, checks),
        closing(
            await cancel_on_shutdown(stop, open_pool(dsn, application_name="orchestration")),
            shutdown.CONNECTIONS,
        ) as pool,
    ):
        checks["database"] = partial(ping, pool)
        client = await cancel_on_shutdown(
            stop, connect(f"orchestration@{socket.gethostname()}:{os.getpid()}")
        )
        checks["temporal"] = WorkflowClient(client).ping
        dependencies = WorkerDependencies(
            orders=PostgresOrderStore(pool),
            payments=PostgresPaymentStore(pool),
            gateway=UnreliablePaymentGateway(
                SimulatedPaymentGateway(ledger), settings.simulated_trouble_rate
            ),
            carrier=SimulatedCarrier(ledger),
            refunds=PostgresRefundStore(pool),
            policy=policy,
            reader=PostgresOrderReader(pool),
            reconcile=PostgresReconcileStore(pool),
        )
        faults = Faults(settings.flaky_error_rate, settings.flaky_hang_rate)
        build = settings.build_id
        workers = [build_worker(client, queue, dependencies, faults, build) for queue in queues]
        log.info("workers started", queues=[str(queue) for queue in queues], build_id=build or None)
        if Queue.ORDER in queues:
            await _schedule(ReconciliationClient(client), timedelta(minutes=settings.reconcile_minutes))
        watching = asyncio.create_task(policy.watch(stop))
        build_status = BuildStatusMonitor(Deployments(client), queues, build)
        checks.update(build_status.checks)
        async with build_status.running():
            await run_workers(workers, stop)
        await watching
    log.info("stopped")


async def _schedule(reconciliation: ReconciliationClient, every: timedelta) -> None:
    try:
        if every:
            await reconciliation.create_schedule(every)
        else:
            await reconciliation.delete_schedule()
    except RPCError as error:
        # Orders work without the schedule, and reconciliations can be started by other means.
        log.warning("the reconciliation could not be scheduled", problem=error.message)


def _queues(text: str) -> tuple[Queue, ...]:
    try:
        return tuple(dict.fromkeys(Queue(name.strip()) for name in text.split(",")))
    except ValueError:
        known = ", ".join(Queue)
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of queues; there are: {known}") from None


def main() -> None:
    """Parse the command line and run the process."""
    parser = argparse.ArgumentParser(prog="python -m orchestration", description="Run Countersign's workers.")
    parser.add_argument(
        "--queues",
        type=_queues,
        default=tuple(Queue),
        help="which task queues to serve, separated by commas (default: order,shipping)",
    )
    arguments = parser.parse_args()
    run_process("orchestration", lambda: run(arguments.queues))


if __name__ == "__main__":
    main()
