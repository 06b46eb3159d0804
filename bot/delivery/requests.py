"""Delivers questions, answers and amendments to workflows, and returns the result as a sentence."""

from collections.abc import Awaitable, Callable

import structlog

from bot.database import DatabaseUnavailable, ask_database
from bot.delivery.workflow_delivery import (
    GateRef,
    Judged,
    NotDelivered,
    VerdictUnknown,
    WorkflowClosed,
    deliver,
)
from bot.dependencies import Dependencies
from bot.views.sentences.decisions import SOMETHING_BROKE, error_sentence, over_sentence
from bot.views.sentences.questions import request_error, request_sentence
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.errors import CountersignError, NoWorkerAnswered, OrderNotFound
from orchestration.domain.policy.approval_policy import Subject
from orchestration.wording.names import subject_name

log = structlog.stdlib.get_logger(__name__)


class RequestDelivery:
    """Delivers a request. Unlike a decision, a request that comes too late is not added to the audit log."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    async def deliver(
        self, kind: RequestKind, gate: GateRef, request_id: str, send: Callable[[], Awaitable[None]]
    ) -> str:
        """Call `send`, which signals the workflow, and return the result as a sentence. Never raises."""
        with structlog.contextvars.bound_contextvars(
            order_id=gate.order_id, request_id=request_id, kind=kind
        ):
            try:
                return await self._result(kind, gate, request_id, send)
            except Exception:
                log.exception("request failed")
                return SOMETHING_BROKE

    async def _result(
        self, kind: RequestKind, gate: GateRef, request_id: str, send: Callable[[], Awaitable[None]]
    ) -> str:
        name = subject_name(gate.subject, gate.order_id)
        delivery = await deliver(self._deps.orders, kind.value, gate, request_id, send)
        match delivery:
            case Judged(verdict):
                return request_sentence(verdict, kind, name)
            case VerdictUnknown():
                return request_error(NoWorkerAnswered(), kind, name)
            case NotDelivered(error):
                return request_error(error, kind, name)
            case WorkflowClosed(closed):
                return await self.ended(gate.order_id, closed, gate.subject)

    async def ended(self, order_id: str, error: CountersignError, subject: Subject = Subject.ORDER) -> str:
        """Return how an order or refund ended, or that there is none, once its workflow raised `error`."""
        name = subject_name(subject, order_id)
        try:
            ended = await ask_database(self._deps.reader.final_state(subject, order_id))
        except DatabaseUnavailable:
            return over_sentence(name, None)
        if ended is None and isinstance(error, OrderNotFound):
            return error_sentence(error, name)
        return over_sentence(name, ended)
