"""The command `answer`: answer a question about an order."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError

from orchestration.cli.commands.order.send_request import send_request
from orchestration.cli.connections import Connections, Workflows, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.actor import AsUserOption, read_actor
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.options.subject import RefundOption, subject_of
from orchestration.cli.options.validation import usage_error
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.domain.actor import Surface
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.questions import AnswerRequest, RequestKind
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.policy.approval_policy import Subject


def answer(
    context: typer.Context,
    order_id: OrderIdArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The answer.")],
    *,
    question: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The question to answer. Default: the oldest that is not answered."),
    ] = None,
    user: AsUserOption = None,
    refund: RefundOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question about an order that waits for approval."""
    out = Output(as_json)
    connections, subject = connections_from(context), subject_of(refund)
    run_command(out, _answer(connections, out, order_id, text, question=question, user=user, subject=subject))


async def _answer(
    connections: Connections,
    out: Output,
    order_id: str,
    text: str,
    *,
    question: str | None,
    user: str | None,
    subject: Subject,
) -> ExitCode:
    async with connections.workflows() as workflows:
        question_id = question or await _oldest_open(workflows, order_id, subject)
        request = _read(question_id, text, user)
        return await send_request(
            workflows,
            out,
            order_id,
            request.answer_id,
            lambda: workflows.send_answer(order_id, request, subject),
            kind=RequestKind.ANSWER,
            subject=subject,
        )


async def _oldest_open(workflows: Workflows, order_id: str, subject: Subject) -> str:
    try:
        gate = await _gate(workflows, order_id, subject)
    except OrderNotFound:
        raise OrderNotFound(f"There is no {subject} {order_id}.") from None
    if not gate.open_questions:
        raise UsageError(f"No question about {subject} {order_id} waits for an answer.")
    return gate.open_questions[0].question_id


async def _gate(workflows: Workflows, order_id: str, subject: Subject) -> Gate:
    if subject is Subject.ORDER:
        return (await workflows.status(order_id)).gate
    return (await workflows.refund_status(order_id)).gate


def _read(question_id: str, text: str, user: str | None) -> AnswerRequest:
    try:
        return AnswerRequest(
            answer_id=f"cli-{uuid4().hex}",
            question_id=question_id,
            actor=read_actor(user),
            surface=Surface.CLI,
            answered_at=datetime.now(UTC),
            text=text,
        )
    except ValidationError as error:
        raise usage_error(error, {"text": "TEXT", "question_id": "--question"}, "--as") from None
