"""The command `signal`: approve or cancel an order or refund, and print the workflow's verdict."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.actor import AsUserOption
from orchestration.cli.options.decision import read_decision
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.options.subject import RefundOption, subject_of
from orchestration.cli.orders.fetch import fetch_order
from orchestration.cli.orders.verdict import send_signal, wait_for_verdict
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.sentences import verdict_sentence
from orchestration.cli.output.verdict import outcome_document, print_verdict
from orchestration.cli.run import reported_errors, run_command
from orchestration.domain.actor import ActorKind, Delegation
from orchestration.domain.approval.decision import Decision, DecisionKind, DecisionRequest
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.errors import CountersignError, OrderOver, OutcomeUnknown
from orchestration.domain.policy.approval_policy import Subject
from orchestration.settings import SettingsWrong


def signal(
    context: typer.Context,
    order_id: OrderIdArgument,
    kind: Annotated[DecisionKind, typer.Argument(metavar="approve|cancel", help="The decision.")],
    *,
    reason: Annotated[
        str | None, typer.Option(help="Why; shown on the card and kept in the audit log.")
    ] = None,
    user: AsUserOption = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="SLACK_GROUP", help="A user group that --as is a member of. Repeatable."),
    ] = None,
    refund: RefundOption = False,
    override: Annotated[
        bool, typer.Option("--override", help="With --as: decide alone, as an operator of the policy.")
    ] = False,
    decision_id: Annotated[
        str | None, typer.Option(help="Send an earlier decision again; it counts once. Default: a new one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Approve or cancel an order, as the operator who is logged in or as a Slack user.

    An operator decides alone, if the tier allows overrides; the card and the audit log show it.
    """
    out = Output(as_json)
    with reported_errors(out):
        request = read_decision(
            user=user, groups=group or (), reason=reason, decision_id=decision_id, override=override
        )
    subject = subject_of(refund)
    run_command(out, _signal(connections_from(context), out, order_id, kind, request, subject=subject))


async def _signal(
    connections: Connections,
    out: Output,
    order_id: str,
    kind: DecisionKind,
    request: DecisionRequest,
    *,
    subject: Subject,
) -> ExitCode:
    request = await _with_delegations(connections, out, request)
    async with connections.workflows() as workflows:
        try:
            await send_signal(
                lambda: workflows.send_decision(order_id, kind, request, subject), order_id, subject
            )
        except OutcomeUnknown:
            raise OutcomeUnknown(
                "Temporal did not answer: the decision may or may not have been accepted. "
                f"Sending it again with --decision-id {request.decision_id} is safe."
            ) from None
        except OrderOver:
            if subject is not Subject.ORDER:
                raise
            return await _record_late_decision(connections, out, order_id, kind, request)
        verdict = await wait_for_verdict(workflows, order_id, request.decision_id, subject, noun="decision")
    sentence = verdict_sentence(order_id, kind, verdict, subject)
    return print_verdict(out, verdict, sentence, _document(order_id, kind, verdict))


async def _with_delegations(
    connections: Connections, out: Output, request: DecisionRequest
) -> DecisionRequest:
    """Add the people for whom the Slack user of --as may decide; an operator decides for nobody."""
    if request.actor.kind is not ActorKind.SLACK_USER:
        return request
    try:
        async with connections.delegations() as delegations:
            granted = await delegations.active_for(request.actor.id, request.decided_at)
    except (DatabaseUnavailable, SettingsWrong) as error:
        user = request.actor.id
        out.info(
            f"The delegations to {user} could not be read, so {user} decides for nobody else: {error}",
            "yellow",
        )
        return request
    found = tuple(Delegation(person=each.person, group=each.group) for each in granted)
    return request.model_copy(update={"actor": request.actor.model_copy(update={"delegations": found})})


async def _record_late_decision(
    connections: Connections, out: Output, order_id: str, kind: DecisionKind, request: DecisionRequest
) -> ExitCode:
    """Say how the order ended, and write the decision to the audit log: its workflow has closed."""
    verdict = Verdict(decision_id=request.decision_id, kind=VerdictKind.ALREADY_OVER, at=datetime.now(UTC))
    ended = "has ended"
    try:
        snapshot = await fetch_order(connections, order_id)
    except (CountersignError, SettingsWrong) as error:
        out.info(f"How order {order_id} ended could not be looked up: {error}", "yellow")
    else:
        ended = f"has ended as {snapshot.status.value}" + (f": {snapshot.reason}" if snapshot.reason else "")
        verdict = verdict.model_copy(update={"outcome": snapshot.decided})
    try:
        async with connections.decisions() as decisions:
            judged = JudgedDecision(decision=Decision(kind=kind, **request.model_dump()), verdict=verdict)
            await decisions.add(order_id, judged)
    except (DatabaseUnavailable, SettingsWrong) as error:
        out.info(f"This decision could not be written to the audit log: {error}", "yellow")
    sentence = f"Refused: order {order_id} {ended}."
    return print_verdict(out, verdict, sentence, _document(order_id, kind, verdict))


def _document(order_id: str, kind: DecisionKind, verdict: Verdict) -> dict[str, object]:
    return {
        "order_id": order_id,
        "decision": kind.value,
        "decision_id": verdict.decision_id,
        "counted": verdict.counted,
        "needed": verdict.needed,
        "outcome": outcome_document(verdict.outcome),
    }
