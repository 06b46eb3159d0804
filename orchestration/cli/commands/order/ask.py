"""`ask` and `answer`: information that somebody needs before deciding."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import typer
from pydantic import ValidationError

from orchestration.cli import connections as connections_of
from orchestration.cli.commands.order.send import send
from orchestration.cli.connections import Connections, Workflows
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.decision import read_actor
from orchestration.cli.options.order_id import ExistingOrder
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import perform
from orchestration.domain.actor import Surface
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.policy.approval_policy import Subject

_As = Annotated[str | None, typer.Option("--as", metavar="SLACK_USER", help="As this Slack user.")]
_Refund = Annotated[bool, typer.Option("--refund", help="It is about the refund of this order.")]


def ask(
    context: typer.Context,
    order_id: ExistingOrder,
    text: Annotated[str, typer.Argument(help="The question.")],
    *,
    user: _As = None,
    refund: _Refund = False,
    as_json: Json = False,
) -> None:
    """Ask whoever asked for the order for information; it can be approved all the same."""
    out = Output(as_json)
    subject = Subject.REFUND if refund else Subject.ORDER
    perform(out, _ask(connections_of.of(context), out, order_id, text, user=user, subject=subject))


def answer(
    context: typer.Context,
    order_id: ExistingOrder,
    text: Annotated[str, typer.Argument(help="The answer.")],
    *,
    question: Annotated[
        str | None, typer.Option(metavar="ID", help="Which one. Default: the oldest that is open.")
    ] = None,
    user: _As = None,
    refund: _Refund = False,
    as_json: Json = False,
) -> None:
    """Answer a question about an order that waits for approval."""
    out = Output(as_json)
    subject = Subject.REFUND if refund else Subject.ORDER
    perform(
        out,
        _answer(
            connections_of.of(context), out, order_id, text, question=question, user=user, subject=subject
        ),
    )


async def _ask(
    connections: Connections, out: Output, order_id: str, text: str, *, user: str | None, subject: Subject
) -> ExitCode:
    question_id = f"cli-{uuid4().hex}"
    request = _read(QuestionRequest, user, text, {"question_id": question_id, "asked_at": datetime.now(UTC)})
    async with connections.workflows() as workflows:
        return await send(
            workflows,
            out,
            order_id,
            question_id,
            lambda: workflows.send_question(order_id, request, subject),
            done=f"Asked about {subject} {order_id}. The answer will be in the card's thread.",
            subject=subject,
        )


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
    answer_id = f"cli-{uuid4().hex}"
    async with connections.workflows() as workflows:
        question_id = question or await _oldest(workflows, order_id, subject)
        fields = {"answer_id": answer_id, "question_id": question_id, "answered_at": datetime.now(UTC)}
        given = _read(AnswerRequest, user, text, fields)
        return await send(
            workflows,
            out,
            order_id,
            answer_id,
            lambda: workflows.send_answer(order_id, given, subject),
            done=f"Answered. Whoever asked about {subject} {order_id} is told.",
            subject=subject,
        )


async def _oldest(workflows: Workflows, order_id: str, subject: Subject) -> str:
    try:
        gate = await _gate(workflows, order_id, subject)
    except OrderNotFound:
        raise OrderNotFound(f"There is no {subject} {order_id}.") from None
    if not gate.open_questions:
        raise UsageWrong(f"No question about {subject} {order_id} waits for an answer.")
    return gate.open_questions[0].question_id


async def _gate(workflows: Workflows, order_id: str, subject: Subject) -> Gate:
    if subject is Subject.ORDER:
        return (await workflows.status(order_id)).gate
    return (await workflows.refund_status(order_id)).gate


def _read(model: type[Any], user: str | None, text: str, fields: dict[str, object]) -> Any:
    try:
        return model.model_validate(
            {"actor": read_actor(user), "surface": Surface.CLI, "text": text} | fields
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        where = {"text": "TEXT", "question_id": "--question"}.get(field, "--as")
        raise UsageWrong(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
