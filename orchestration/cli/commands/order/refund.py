"""`refund`: give back the money of a shipped order, once whoever has to agree does."""

import asyncio
from typing import Annotated

import typer
from pydantic import ValidationError

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections, Workflows
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.decision import operator_name
from orchestration.cli.options.order_id import ExistingOrder
from orchestration.cli.output.console import Json, Output, local
from orchestration.cli.run import PROGRAM, perform
from orchestration.domain.currency import format_amount
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, OutcomeUnknown
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView

POLL = 0.3
"""Seconds between two looks at the refund."""


def refund(
    context: typer.Context,
    order_id: ExistingOrder,
    *,
    reason: Annotated[
        str | None, typer.Option(help="Why; shown on the card. Without it the refund that there is is shown.")
    ] = None,
    requester: Annotated[
        str | None, typer.Option(metavar="SLACK_USER", help="Who asks for it. Default: you, by login name.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when the refund has ended.")] = False,
    as_json: Json = False,
) -> None:
    """Refund a shipped order. It falls under the policy's refund tiers and has a card of its own."""
    out = Output(as_json)
    perform(
        out, _refund(connections_of.of(context), out, order_id, reason=reason, requester=requester, wait=wait)
    )


async def _refund(
    connections: Connections,
    out: Output,
    order_id: str,
    *,
    reason: str | None,
    requester: str | None,
    wait: bool,
) -> ExitCode:
    async with connections.workflows() as workflows:
        if reason is not None:
            await _start(workflows, out, _read(order_id, requester, reason))
        view = await _look(workflows, order_id, until_known=reason is not None)
        if wait:
            view = await _end(workflows, out, order_id, view)
    _show(out, view)
    out.document({"refund": view.model_dump(mode="json", exclude={"order", "card_version"})})
    failed = view.status.is_final and view.status is not RefundStatus.REFUNDED
    return ExitCode.REFUSED if failed and (wait or reason) else ExitCode.OK


def _read(order_id: str, requester: str | None, reason: str) -> RefundRequest:
    try:
        return RefundRequest(order_id=order_id, requester=requester or operator_name(), reason=reason)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageWrong(f"--{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}") from None


async def _start(workflows: Workflows, out: Output, request: RefundRequest) -> None:
    try:
        started = await workflows.start_refund(request)
    except OutcomeUnknown:
        # Money goes back once, whichever of the two is the one.
        started = await workflows.start_refund(request)
    if started.already_started:
        out.say(f"A refund of order {request.order_id} is under way already; nothing was doubled.")
    else:
        out.say(f"Asked for the refund of order {request.order_id}.", "bold")


async def _look(workflows: Workflows, order_id: str, *, until_known: bool) -> RefundView:
    """Return the refund; if it was only just asked for, not before it is known whether it can be."""
    while True:
        try:
            view = await workflows.refund_status(order_id)
        except OrderNotFound:
            raise OrderNotFound(
                f"There is no refund of order {order_id}; ask for one with --reason."
            ) from None
        except NoWorkerAnswered:
            stored = "Temporal has stored the request, but no orchestration worker answered"
            raise NoWorkerAnswered(f"{stored}; see: refund {order_id}") from None
        if not until_known or view.status is not RefundStatus.REQUESTED:
            return view
        await asyncio.sleep(POLL)


async def _end(workflows: Workflows, out: Output, order_id: str, view: RefundView) -> RefundView:
    told = 0
    with out.progress() as doing:
        while True:
            for step in view.steps[told:]:
                reason = f": {step.reason}" if step.reason else ""
                out.note(f"{local(step.at)}  {step.to.value}{reason}", "")
            told = len(view.steps)
            if view.status.is_final:
                return view
            doing(f"waiting for {view.waiting_for}" if view.waiting_for else view.status.value)
            await asyncio.sleep(POLL)
            view = await _look(workflows, order_id, until_known=False)


def _show(out: Output, view: RefundView) -> None:
    order = view.order
    rows: list[tuple[str, str | None]] = [
        ("Refund", view.refund_id),
        ("Status", view.status.value),
        ("Order", view.order_id),
        ("Amount", format_amount(order.amount, order.currency) if order else None),
        ("Requester", view.request.requester if view.request else None),
        ("Why", view.request.reason if view.request else None),
        ("Tier", view.gate.tier.name if view.gate.tier else None),
        ("Deadline", local(view.gate.deadline) if view.gate.deadline else None),
        ("Waiting for", view.waiting_for),
        ("Reason", view.reason),
        ("Updated", local(view.updated_at)),
    ]
    out.fields(rows)
    if view.status is RefundStatus.PENDING_MANUAL_APPROVAL:
        out.say(f"Next: {PROGRAM} signal {view.order_id} approve --refund")
