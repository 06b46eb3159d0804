"""The command `refund`: ask for the refund of a shipped order, or show the latest refund."""

import asyncio
from typing import Annotated

import typer
from pydantic import ValidationError

from orchestration.cli.connections import Connections, Workflows, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.actor import operator_name
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.options.validation import usage_error
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.refund import print_refund
from orchestration.cli.output.status_change import print_status_change
from orchestration.cli.run import PROGRAM, reported_errors, run_command
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, OutcomeUnknown
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView

POLL_INTERVAL = 0.3
"""Seconds between two queries for the refund."""


def refund(
    context: typer.Context,
    order_id: OrderIdArgument,
    *,
    reason: Annotated[
        str | None,
        typer.Option(help="Ask for a refund for this reason. Default: show the latest refund."),
    ] = None,
    requester: Annotated[
        str | None,
        typer.Option(metavar="SLACK_USER", help="Who asks for it. Default: the operator who is logged in."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when the refund has ended.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask for the refund of a shipped order, or show it.

    A refund falls under the policy's refund tiers, and has its own card.
    """
    out = Output(as_json)
    with reported_errors(out):
        request = None if reason is None else _read(order_id, requester, reason)
    run_command(out, _refund(connections_from(context), out, order_id, request, wait=wait))


async def _refund(
    connections: Connections, out: Output, order_id: str, request: RefundRequest | None, *, wait: bool
) -> ExitCode:
    async with connections.workflows() as workflows:
        if request is not None:
            await _start(workflows, out, request)
            view = await _fetch_once_checked(workflows, order_id)
        else:
            view = await _fetch(workflows, order_id)
        if wait:
            view = await _wait_for_end(workflows, out, order_id, view)
    print_refund(out, view)
    if view.status is RefundStatus.PENDING_MANUAL_APPROVAL:
        out.print(f"Next: {PROGRAM} signal {view.order_id} approve --refund")
    out.print_json({"refund": view.model_dump(mode="json", exclude={"order", "card_version"})})
    failed = view.status.is_final and view.status is not RefundStatus.REFUNDED
    return ExitCode.REFUSED if failed and (wait or request) else ExitCode.OK


def _read(order_id: str, requester: str | None, reason: str) -> RefundRequest:
    try:
        return RefundRequest(order_id=order_id, requester=requester or operator_name(), reason=reason)
    except ValidationError as error:
        raise usage_error(error, {"requester": "--requester", "reason": "--reason"}, "ORDER_ID") from None


async def _start(workflows: Workflows, out: Output, request: RefundRequest) -> None:
    try:
        started = await workflows.start_refund(request)
    except OutcomeUnknown:
        # Safe to repeat: an order has one refund workflow at a time.
        started = await workflows.start_refund(request)
    if started.already_started:
        out.print(f"A refund of order {request.order_id} is under way already; nothing was doubled.")
    else:
        out.print(f"Asked for the refund of order {request.order_id}.", "bold")


async def _fetch(workflows: Workflows, order_id: str) -> RefundView:
    try:
        return await workflows.refund_status(order_id)
    except OrderNotFound:
        raise OrderNotFound(f"There is no refund of order {order_id}; ask for one with --reason.") from None
    except NoWorkerAnswered:
        raise NoWorkerAnswered(
            f"Temporal has stored the request, but no orchestration worker answered; see: refund {order_id}"
        ) from None


async def _fetch_once_checked(workflows: Workflows, order_id: str) -> RefundView:
    """Query until the workflow has checked whether the order can be refunded."""
    while True:
        view = await _fetch(workflows, order_id)
        if view.status is not RefundStatus.REQUESTED:
            return view
        await asyncio.sleep(POLL_INTERVAL)


async def _wait_for_end(workflows: Workflows, out: Output, order_id: str, view: RefundView) -> RefundView:
    printed = 0
    with out.progress() as set_progress:
        while True:
            for step in view.steps[printed:]:
                print_status_change(out, step.at, step.to.value, step.reason)
            printed = len(view.steps)
            if view.status.is_final:
                return view
            set_progress(f"waiting for {view.waiting_for}" if view.waiting_for else view.status.value)
            await asyncio.sleep(POLL_INTERVAL)
            view = await _fetch(workflows, order_id)
