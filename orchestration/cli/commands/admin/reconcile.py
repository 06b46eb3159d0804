"""`reconcile`: whether Temporal, PostgreSQL and Slack agree, and `--fix` to mend what does not."""

import asyncio
from typing import Annotated, Any

import typer
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.duration import parse_duration
from orchestration.cli.options.order_id import parse_order_id
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import PROGRAM, perform
from orchestration.client.reconciliation import ReconciliationClient
from orchestration.contracts.reconciliation import (
    MAX_LOOKS_BACK,
    PROGRESS_QUERY,
    Progress,
    ReconcileRequest,
    Report,
)
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound
from orchestration.domain.reconciliation.findings import Finding

LOOK_EVERY = 1.0
"""Seconds between two looks at how far it is."""
PATIENCE = 20.0
"""Seconds for which no worker may answer before that is said."""


def reconcile(
    context: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended.")] = False,
    order_id: Annotated[
        str | None,
        typer.Option("--order", metavar="ORDER_ID", parser=parse_order_id, help="Only this order."),
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="How long ago an order may have ended, as 24h or 7d.")
    ] = "24h",
    as_json: Json = False,
) -> None:
    """Compare Temporal, PostgreSQL and Slack, for all that waits and what has ended lately."""
    looks_back = parse_duration(since)
    out = Output(as_json)
    if looks_back > MAX_LOOKS_BACK:
        raise typer.BadParameter(f"--since: at most {MAX_LOOKS_BACK.days}d")
    request = ReconcileRequest(fix=fix, order_id=order_id, looks_back=looks_back)
    perform(out, _reconcile(connections_of.of(context), out, request))


async def _reconcile(connections: Connections, out: Output, request: ReconcileRequest) -> ExitCode:
    async with connections.temporal() as client:
        report = await _run(client, out, request)
    if request.order_id is not None and not report.orders and not report.findings:
        raise OrderNotFound(f"There is no order {request.order_id}.")
    _show(out, report, fix=request.fix)
    out.document(
        {
            "orders": report.orders,
            "cards": report.cards,
            "findings": [finding.model_dump(mode="json") for finding in report.findings],
            "problems": list(report.problems),
        }
    )
    return ExitCode.OK if report.is_well else ExitCode.FAULTS


async def _run(client: Client, out: Output, request: ReconcileRequest) -> Report:
    handle = await ReconciliationClient(client).start(request)
    clock = asyncio.get_running_loop().time
    heard_at = clock()
    ending = asyncio.ensure_future(handle.result())
    try:
        with out.progress() as doing:
            while not ending.done():
                await asyncio.wait({ending}, timeout=LOOK_EVERY)
                progress = None if ending.done() else await _look(handle)
                if progress is not None:
                    heard_at = clock()
                    doing(f"{progress.doing}: {progress.orders} orders, {progress.cards} cards")
                elif clock() - heard_at > PATIENCE:
                    raise NoWorkerAnswered(
                        f"No worker takes it up. It goes on, as workflow {handle.id}, once "
                        "python -m orchestration and python -m bot run."
                    )
        return Report.model_validate(await ending)
    except WorkflowFailureError as failure:
        raise UsageWrong(f"The reconciliation was ended: {failure.cause}") from failure
    finally:
        ending.cancel()


async def _look(handle: WorkflowHandle[Any, Any]) -> Progress | None:
    try:
        async with asyncio.timeout(2):
            progress: Progress = await handle.query(PROGRESS_QUERY, result_type=Progress)
    except (TimeoutError, WorkflowQueryFailedError, RPCError):
        return None  # The next look tells; for how long that may go on is counted.
    return progress


def _show(out: Output, report: Report, *, fix: bool) -> None:
    if report.findings:
        rows = [(each.order_id, each.kind.value, _became(each), each.detail) for each in report.findings]
        out.table(("Order", "What", "", "More"), rows, folds="More")
    for problem in report.problems:
        out.note(f"Not all could be looked at: {problem}", "red")
    looked = f"{report.orders} orders and {report.cards} cards were looked at"
    if not report.findings:
        out.say(f"{looked}: all agree.", "green")
        return
    mended = sum(finding.mended for finding in report.findings)
    findings = "1 finding" if len(report.findings) == 1 else f"{len(report.findings)} findings"
    out.say(f"{looked}: {findings}, {mended} mended.")
    if not fix and any(finding.repair for finding in report.findings):
        out.note(f"To mend what can be mended: {PROGRAM} reconcile --fix")


def _became(finding: Finding) -> str:
    if finding.mended:
        return "mended"
    if finding.problem is not None:
        return f"could not be mended: {finding.problem}"
    return "can be mended" if finding.repair else "needs a person"
