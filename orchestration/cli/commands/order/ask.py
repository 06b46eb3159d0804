"""The command `ask`: ask the requester of an order a question."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError

from orchestration.cli.commands.order.send_request import send_request
from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.actor import AsUserOption, read_actor
from orchestration.cli.options.order_id import OrderIdArgument
from orchestration.cli.options.subject import RefundOption, subject_of
from orchestration.cli.options.validation import usage_error
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.domain.actor import Surface
from orchestration.domain.approval.questions import QuestionRequest, RequestKind
from orchestration.domain.policy.approval_policy import Subject


def ask(
    context: typer.Context,
    order_id: OrderIdArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The question.")],
    *,
    user: AsUserOption = None,
    refund: RefundOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask the requester a question about an order that waits for approval.

    The order can still be approved before the answer comes.
    """
    out = Output(as_json)
    run_command(
        out, _ask(connections_from(context), out, order_id, text, user=user, subject=subject_of(refund))
    )


async def _ask(
    connections: Connections, out: Output, order_id: str, text: str, *, user: str | None, subject: Subject
) -> ExitCode:
    request = _read(text, user)
    async with connections.workflows() as workflows:
        return await send_request(
            workflows,
            out,
            order_id,
            request.question_id,
            lambda: workflows.send_question(order_id, request, subject),
            kind=RequestKind.QUESTION,
            subject=subject,
        )


def _read(text: str, user: str | None) -> QuestionRequest:
    try:
        return QuestionRequest(
            question_id=f"cli-{uuid4().hex}",
            actor=read_actor(user),
            surface=Surface.CLI,
            asked_at=datetime.now(UTC),
            text=text,
        )
    except ValidationError as error:
        raise usage_error(error, {"text": "TEXT"}, "--as") from None
