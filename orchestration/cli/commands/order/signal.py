"""`signal`: approve or cancel an order, and say what the workflow made of it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections, Workflows
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.decision import read_decision
from orchestration.cli.options.order_id import ExistingOrder
from orchestration.cli.orders.snapshot import look
from orchestration.cli.output.console import Json, Output, utc
from orchestration.cli.output.order import outcome_document
from orchestration.cli.output.sentences import verdict_sentence
from orchestration.cli.run import fail, perform
from orchestration.domain.actor import ActorKind, Delegation
from orchestration.domain.approval.decision import Decision, DecisionKind, DecisionRequest
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.policy.approval_policy import Subject
from orchestration.settings import SettingsWrong

PATIENCE = 5.0
"""Seconds to wait for a verdict that is not settled yet, such as one that shipping has to give."""


def signal(
    context: typer.Context,
    order_id: ExistingOrder,
    kind: Annotated[DecisionKind, typer.Argument(metavar="approve|cancel", help="What to do with it.")],
    *,
    reason: Annotated[
        str | None, typer.Option(help="Why; shown on the card and kept in the audit log.")
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="SLACK_USER", help="Decide as this Slack user, under all rules of the policy."
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="SLACK_GROUP", help="A user group that --as is in. Repeatable."),
    ] = None,
    refund: Annotated[bool, typer.Option("--refund", help="Decide about the refund of this order.")] = False,
    override: Annotated[
        bool, typer.Option("--override", help="With --as: decide alone, as an operator of the policy.")
    ] = False,
    decision_id: Annotated[
        str | None, typer.Option(help="Send an earlier decision again; it counts once. Default: a new one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Decide about an order, as the operator that you are logged in as, or as a Slack user.

    An operator decides alone, if the tier allows overrides; the card and the audit log show it.
    """
    out = Output(as_json)
    try:
        request = read_decision(
            user=user, groups=group or (), reason=reason, decision_id=decision_id, override=override
        )
    except CountersignError as error:
        raise typer.Exit(fail(out, error)) from None
    subject = Subject.REFUND if refund else Subject.ORDER
    perform(out, _signal(connections_of.of(context), out, order_id, kind, request, subject=subject))


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
            await _decide_surely(workflows, order_id, kind, request, subject)
        except OrderOver:
            if subject is not Subject.ORDER:
                raise
            return await _too_late(connections, out, order_id, kind, request)
        verdict = await verdict_of(workflows, order_id, request.decision_id, subject)
    sentence = verdict_sentence(order_id, kind, verdict, subject)
    if verdict.kind.is_accepted:
        out.say(sentence, "green" if verdict.kind.is_settled else "yellow")
    else:
        out.note(sentence, "red")
    out.document(_document(order_id, kind, verdict, sentence))
    return ExitCode.OK if verdict.kind.is_accepted else ExitCode.REFUSED


async def _with_delegations(
    connections: Connections, out: Output, request: DecisionRequest
) -> DecisionRequest:
    """Add for whom the Slack user of --as may decide. Their user groups are in Slack, and not asked here."""
    if request.actor.kind is not ActorKind.SLACK_USER:
        return request
    try:
        async with connections.delegations() as delegations:
            granted = await delegations.active_for(request.actor.id, request.decided_at)
    except (DatabaseUnavailable, SettingsWrong) as error:
        out.note(f"Whom they decide for could not be looked up, so for nobody: {error}", "yellow")
        return request
    found = tuple(Delegation(person=each.person, group=each.group) for each in granted)
    return request.model_copy(update={"actor": request.actor.model_copy(update={"delegations": found})})


async def _decide_surely(
    workflows: Workflows, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject
) -> None:
    try:
        try:
            await workflows.send_decision(order_id, kind, request, subject)
        except OutcomeUnknown:
            # The same decision id: it is one decision, however often it arrives.
            await workflows.send_decision(order_id, kind, request, subject)
    except OutcomeUnknown:
        again = f"--decision-id {request.decision_id}"
        raise OutcomeUnknown(
            "Temporal did not answer: the decision may or may not have been accepted. "
            f"Sending it again with {again} is safe."
        ) from None
    except OrderNotFound:
        what = "order" if subject is Subject.ORDER else "refund of order"
        raise OrderNotFound(f"There is no {what} {order_id}.") from None


async def verdict_of(
    workflows: Workflows, order_id: str, decision_id: str, subject: Subject = Subject.ORDER
) -> Verdict:
    """Ask what became of what was sent under this id. Raises NoWorkerAnswered: it is stored, not judged."""
    stored = f"Temporal has stored the decision safely (decision id {decision_id})"
    try:
        verdict = await workflows.verdict(order_id, decision_id, wait_seconds=PATIENCE, subject=subject)
    except NoWorkerAnswered:
        verdict = None
    except (TemporalUnavailable, OrderNotFound) as error:
        raise NoWorkerAnswered(f"{stored}, but what became of it could not be asked: {error}") from error
    if verdict is None:
        raise NoWorkerAnswered(
            f"{stored}, but no orchestration worker answered. It will be judged as soon as one is there; "
            f"see: history {order_id}"
        )
    return verdict


async def _too_late(
    connections: Connections, out: Output, order_id: str, kind: DecisionKind, request: DecisionRequest
) -> ExitCode:
    """Say how the order ended, and keep the decision in the audit log, where a workflow no longer can."""
    verdict = Verdict(decision_id=request.decision_id, kind=VerdictKind.ALREADY_OVER, at=datetime.now(UTC))
    ended = "has ended"
    try:
        snapshot = await look(connections, order_id)
    except (CountersignError, SettingsWrong) as error:
        out.note(f"How it ended could not be looked up: {error}", "yellow")
    else:
        ended = f"has ended as {snapshot.status.value}" + (f": {snapshot.reason}" if snapshot.reason else "")
        verdict = verdict.model_copy(update={"outcome": snapshot.decided})
    try:
        async with connections.decisions() as decisions:
            judged = JudgedDecision(decision=Decision(kind=kind, **request.model_dump()), verdict=verdict)
            await decisions.add(order_id, judged)
    except (DatabaseUnavailable, SettingsWrong) as error:
        out.note(f"The audit log could not be told of this decision: {error}", "yellow")
    sentence = f"Refused: order {order_id} {ended}."
    out.note(sentence, "red")
    out.document(_document(order_id, kind, verdict, sentence))
    return ExitCode.REFUSED


def _document(order_id: str, kind: DecisionKind, verdict: Verdict, sentence: str) -> dict[str, object]:
    return {
        "order_id": order_id,
        "decision": kind.value,
        "decision_id": verdict.decision_id,
        "verdict": verdict.kind.value,
        "accepted": verdict.kind.is_accepted,
        "settled": verdict.kind.is_settled,
        "counted": verdict.counted,
        "needed": verdict.needed,
        "outcome": outcome_document(verdict.outcome),
        "at": utc(verdict.at),
        "sentence": sentence,
    }
