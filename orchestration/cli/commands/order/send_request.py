"""What `amend`, `ask` and `answer` share: signal a request to the workflow, and print its verdict."""

from collections.abc import Awaitable, Callable

from orchestration.cli.connections import Workflows
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.orders.verdict import send_signal, wait_for_verdict
from orchestration.cli.output.console import Output
from orchestration.cli.output.sentences import request_sentence
from orchestration.cli.output.verdict import print_verdict
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.policy.approval_policy import Subject


async def send_request(
    workflows: Workflows,
    out: Output,
    order_id: str,
    request_id: str,
    signal: Callable[[], Awaitable[None]],
    *,
    kind: RequestKind,
    subject: Subject = Subject.ORDER,
) -> ExitCode:
    """Send the request with `signal`, print its verdict and return the exit code.

    Raises NoWorkerAnswered if Temporal has stored the request and no worker has judged it yet,
    OrderNotFound, OrderOver, OutcomeUnknown.
    """
    await send_signal(signal, order_id, subject)
    verdict = await wait_for_verdict(workflows, order_id, request_id, subject, noun=kind.value)
    sentence = request_sentence(order_id, kind, verdict, subject)
    document = {
        "order_id": order_id,
        "subject": subject.value,
        "request_id": request_id,
        "detail": verdict.detail,
    }
    return print_verdict(out, verdict, sentence, document)
