"""Signals a workflow and asks for its verdict, for decisions, questions, answers and amendments alike."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.errors import (
    CountersignError,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.workflows import OrderWorkflows

log = structlog.stdlib.get_logger(__name__)


class GateRef(Protocol):
    """Names the gate that a request is for."""

    @property
    def subject(self) -> Subject:
        """Return what the gate decides about."""

    @property
    def order_id(self) -> str:
        """Return the id of the order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The workflow gave its verdict. None: the signal is stored, and the workflow has not handled it yet."""

    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class VerdictUnknown:
    """The signal is stored, and the workflow could not be asked for its verdict."""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """The signal was not sent (TemporalUnavailable), or perhaps not (OutcomeUnknown)."""

    error: TemporalUnavailable | OutcomeUnknown


@dataclass(frozen=True, slots=True)
class WorkflowClosed:
    """There is no running workflow that could receive the signal."""

    error: OrderOver | OrderNotFound


Delivery = Judged | VerdictUnknown | NotDelivered | WorkflowClosed


async def deliver(
    orders: OrderWorkflows,
    what: str,
    gate: GateRef,
    request_id: str,
    send: Callable[[], Awaitable[None]],
) -> Delivery:
    """Call `send`, which signals the workflow, and return what came of it.

    `what` names the request in the log: "decision", "question". `request_id` is the id that the verdict is
    asked for with. Raises only what is no CountersignError.
    """
    try:
        await send()
    except (OrderOver, OrderNotFound) as error:
        verdict = await _earlier_verdict(orders, gate, request_id)
        return WorkflowClosed(error) if verdict is None else Judged(verdict)
    except TemporalUnavailable as error:
        log.warning(f"{what} not delivered: Temporal is unreachable", problem=str(error))
        return NotDelivered(error)
    except OutcomeUnknown as error:
        log.warning(f"{what} may not be delivered: Temporal did not answer in time", problem=str(error))
        return NotDelivered(error)
    try:
        verdict = await orders.verdict(gate.order_id, request_id, subject=gate.subject)
    except CountersignError as error:
        log.warning(f"{what} delivered, verdict not known yet: no worker answers", problem=str(error))
        return VerdictUnknown()
    log.info(f"{what} delivered", verdict=verdict.kind if verdict else None)
    return Judged(verdict)


async def _earlier_verdict(orders: OrderWorkflows, gate: GateRef, request_id: str) -> Verdict | None:
    # Slack may have delivered the payload twice, and the first delivery may have ended the workflow.
    try:
        return await orders.verdict(gate.order_id, request_id, wait_seconds=0, subject=gate.subject)
    except CountersignError:
        return None
