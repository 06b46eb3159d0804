"""What `amend`, `ask` and `answer` share: send it, ask what became of it, say so."""

from collections.abc import Awaitable, Callable

from orchestration.cli.commands.order.signal import verdict_of
from orchestration.cli.connections import Workflows
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Output, utc
from orchestration.cli.output.sentences import verdict_sentence
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.errors import OrderNotFound, OutcomeUnknown
from orchestration.domain.policy.approval_policy import Subject


async def send(
    workflows: Workflows,
    out: Output,
    order_id: str,
    request_id: str,
    sending: Callable[[], Awaitable[None]],
    *,
    done: str,
    subject: Subject = Subject.ORDER,
) -> ExitCode:
    """Send a request and print its verdict; `done` is the sentence for a recorded one.

    Raises NoWorkerAnswered if it is stored and not judged yet, OrderNotFound, OrderOver, OutcomeUnknown.
    """
    try:
        try:
            await sending()
        except OutcomeUnknown:
            # The same id: it is one request, however often it arrives.
            await sending()
    except OrderNotFound:
        what = "order" if subject is Subject.ORDER else "refund of order"
        raise OrderNotFound(f"There is no {what} {order_id}.") from None
    verdict = await verdict_of(workflows, order_id, request_id, subject)
    sentence = _sentence(order_id, verdict, done, subject)
    if verdict.kind.is_accepted:
        out.say(sentence, "green" if verdict.kind.is_settled else "yellow")
    else:
        out.note(sentence, "red")
    out.document(
        {
            "order_id": order_id,
            "subject": subject.value,
            "request_id": request_id,
            "verdict": verdict.kind.value,
            "accepted": verdict.kind.is_accepted,
            "settled": verdict.kind.is_settled,
            "detail": verdict.detail,
            "at": utc(verdict.at),
            "sentence": sentence,
        }
    )
    return ExitCode.OK if verdict.kind.is_accepted else ExitCode.REFUSED


def _sentence(order_id: str, verdict: Verdict, done: str, subject: Subject) -> str:
    if verdict.kind is VerdictKind.RECORDED:
        return done
    if verdict.kind is VerdictKind.HELD:
        return f"The new content of order {order_id} is still being validated; until then it stays as it is."
    # The others read the same whatever was asked for.
    return verdict_sentence(order_id, DecisionKind.APPROVE, verdict, subject)
