"""The command `reconcile`: compare Temporal, PostgreSQL and Slack, and repair differences with ``--fix``."""

import asyncio
from typing import Annotated, Any

import typer
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.order_id import parse_order_id
from orchestration.cli.options.times import parse_duration
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import PROGRAM, run_command
from orchestration.client.reconciliation import ReconciliationClient
from orchestration.contracts.reconciliation import (
    MAX_LOOKBACK,
    PROGRESS_QUERY,
    Progress,
    ReconcileRequest,
    Report,
)
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound
from orchestration.domain.reconciliation.findings import Finding

POLL_INTERVAL = 1.0
"""Seconds between two queries for the progress."""
WORKER_TIMEOUT = 20.0
"""Seconds without an answer from any worker after which the command gives up."""


def reconcile(
    context: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Repair what can be repaired.")] = False,
    order_id: Annotated[
        str | None,
        typer.Option("--order", metavar="ORDER_ID", parser=parse_order_id, help="Only this order."),
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="How long ago an order may have ended, as 24h or 7d.")
    ] = "24h",
    as_json: JsonOption = False,
) -> None:
    """Compare Temporal, PostgreSQL and Slack, for all orders that wait and those that ended lately."""
    window = parse_duration(since)
    out = Output(as_json)
    if window > MAX_LOOKBACK:
        raise typer.BadParameter(f"--since: at most {MAX_LOOKBACK.days}d")
    request = ReconcileRequest(fix=fix, order_id=order_id, lookback=window)
    run_command(out, _reconcile(connections_from(context), out, request))


async def _reconcile(connections: Connections, out: Output, request: ReconcileRequest) -> ExitCode:
    async with connections.temporal() as client:
        report = await _run(client, out, request)
    if request.order_id is not None and not report.orders and not report.findings:
        raise OrderNotFound(f"There is no order {request.order_id}.")
    _show(out, report, fix=request.fix)
    out.print_json(
        {
            "orders": report.orders,
            "cards": report.cards,
            "findings": [finding.model_dump(mode="json") for finding in report.findings],
            "problems": list(report.problems),
        }
    )
    return ExitCode.OK if report.is_consistent else ExitCode.FAULTS


async def _run(client: Client, out: Output, request: ReconcileRequest) -> Report:
    handle = await ReconciliationClient(client).start(request)
    clock = asyncio.get_running_loop().time
    answered_at = clock()
    result = asyncio.ensure_future(handle.result())
    try:
        with out.progress() as set_progress:
            while not result.done():
                await asyncio.wait({result}, timeout=POLL_INTERVAL)
                progress = None if result.done() else await _query_progress(handle)
                if progress is not None:
                    answered_at = clock()
                    set_progress(f"{progress.doing}: {progress.orders} orders, {progress.cards} cards")
                elif clock() - answered_at > WORKER_TIMEOUT:
                    raise NoWorkerAnswered(
                        f"No worker has picked up the reconciliation. Workflow {handle.id} continues once "
                        "python -m orchestration and python -m bot run."
                    )
        return Report.model_validate(await result)
    except WorkflowFailureError as failure:
        raise UsageError(f"The reconciliation's workflow was ended: {failure.cause}") from failure
    finally:
        result.cancel()


async def _query_progress(handle: WorkflowHandle[Any, Any]) -> Progress | None:
    try:
        async with asyncio.timeout(2):
            progress: Progress = await handle.query(PROGRESS_QUERY, result_type=Progress)
    except (TimeoutError, WorkflowQueryFailedError, RPCError):
        return None  # The caller queries again, and gives up after WORKER_TIMEOUT.
    return progress


def _show(out: Output, report: Report, *, fix: bool) -> None:
    if report.findings:
        rows = [
            (each.order_id, each.kind.value, _repair_state(each), each.detail) for each in report.findings
        ]
        out.print_table(("Order", "Finding", "State", "Detail"), rows, wrap="Detail")
    for problem in report.problems:
        out.info(f"Not everything could be compared: {problem}", "red")
    compared = f"{report.orders} orders and {report.cards} cards were compared"
    if not report.findings:
        out.print(f"{compared}: all agree.", "green")
        return
    repaired = sum(finding.repaired for finding in report.findings)
    findings = "1 finding" if len(report.findings) == 1 else f"{len(report.findings)} findings"
    out.print(f"{compared}: {findings}, {repaired} repaired.")
    if not fix and any(finding.repair for finding in report.findings):
        out.info(f"To repair what can be repaired: {PROGRAM} reconcile --fix")


def _repair_state(finding: Finding) -> str:
    if finding.repaired:
        return "repaired"
    if finding.problem is not None:
        return f"could not be repaired: {finding.problem}"
    return "can be repaired" if finding.repair else "needs a person"
