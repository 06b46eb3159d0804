"""Signals a request to the workflow of an order or refund, and waits for the verdict on it."""

from collections.abc import Awaitable, Callable

from orchestration.cli.connections import Workflows
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.errors import (
    NoWorkerAnswered,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.policy.approval_policy import Subject
from orchestration.wording.names import subject_name

VERDICT_TIMEOUT = 5.0
"""Seconds to wait for a verdict that is not settled yet, such as one that shipping has to give."""


async def send_signal(signal: Callable[[], Awaitable[None]], order_id: str, subject: Subject) -> None:
    """Call `signal`, and once more if its outcome is unknown.

    The second call carries the same request id, so the workflow counts it once. Raises OrderNotFound,
    OrderOver, OutcomeUnknown, TemporalUnavailable.
    """
    try:
        try:
            await signal()
        except OutcomeUnknown:
            await signal()
    except OrderNotFound:
        raise OrderNotFound(f"There is no {subject_name(subject, order_id).removeprefix('the ')}.") from None


async def wait_for_verdict(
    workflows: Workflows, order_id: str, request_id: str, subject: Subject, *, noun: str
) -> Verdict:
    """Query for the verdict on a request that was signalled; `noun` names it: "decision", "question".

    Raises NoWorkerAnswered: Temporal has stored the signal, and no worker has judged the request yet.
    """
    stored = f"Temporal has stored the {noun} safely ({noun} id {request_id})"
    try:
        verdict = await workflows.verdict(order_id, request_id, wait_seconds=VERDICT_TIMEOUT, subject=subject)
    except NoWorkerAnswered:
        verdict = None
    except (TemporalUnavailable, OrderNotFound) as error:
        raise NoWorkerAnswered(f"{stored}, but its verdict could not be queried: {error}") from error
    if verdict is None:
        raise NoWorkerAnswered(
            f"{stored}, but no orchestration worker answered. It will be judged as soon as one is there; "
            f"see: history {order_id}"
        )
    return verdict
