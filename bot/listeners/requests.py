"""Questions, answers and amendments on their way to the workflow: one path, and its end in words."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.dependencies import Dependencies
from bot.views.sentences.decisions import SOMETHING_BROKE, error_sentence, named, over_sentence
from bot.views.sentences.questions import request_error, request_sentence
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.policy.approval_policy import Subject

log = structlog.stdlib.get_logger(__name__)


class Gate(Protocol):
    """Which gate it is about."""

    @property
    def subject(self) -> Subject:
        """What is decided there."""

    @property
    def order_id(self) -> str:
        """Of which order."""


class Requests:
    """Decisions have a path of their own: those that come too late are audited."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    async def carry_out(
        self, kind: RequestKind, gate: Gate, request_id: str, send: Callable[[], Awaitable[None]]
    ) -> str:
        """Send it to a gate, and return what became of it. Never raises."""
        with structlog.contextvars.bound_contextvars(order_id=gate.order_id, request_id=request_id):
            try:
                return await self._carried_out(kind, gate, request_id, send)
            except Exception:
                # Whatever it is, whoever spoke is answered.
                log.exception("a question, an answer or an amendment failed", kind=kind)
                return SOMETHING_BROKE

    async def _carried_out(
        self, kind: RequestKind, gate: Gate, request_id: str, send: Callable[[], Awaitable[None]]
    ) -> str:
        try:
            await send()
        except (OrderOver, OrderNotFound) as error:
            return await self._over(kind, gate, request_id, error)
        except (TemporalUnavailable, OutcomeUnknown) as error:
            log.warning("it was not taken", kind=kind, problem=str(error))
            return request_error(error, kind, named(gate.subject, gate.order_id))
        return await self._verdict(kind, gate, request_id)

    async def _verdict(self, kind: RequestKind, gate: Gate, request_id: str) -> str:
        order_id = gate.order_id
        try:
            verdict = await self._deps.orders.verdict(order_id, request_id, subject=gate.subject)
        except CountersignError as error:
            # Temporal has it, whatever kept the answer away.
            log.warning("it is stored, its verdict is not known yet", kind=kind, problem=str(error))
            return request_error(NoWorkerAnswered(), kind, named(gate.subject, order_id))
        log.info("somebody spoke", kind=kind, verdict=verdict.kind if verdict else None)
        return request_sentence(verdict, kind, named(gate.subject, order_id))

    async def _over(self, kind: RequestKind, gate: Gate, request_id: str, error: CountersignError) -> str:
        """Answer for what has ended: perhaps after this very thing, which was delivered twice."""
        order_id = gate.order_id
        try:
            verdict = await self._deps.orders.verdict(
                order_id, request_id, wait_seconds=0, subject=gate.subject
            )
        except CountersignError:
            verdict = None
        if verdict is not None:
            return request_sentence(verdict, kind, named(gate.subject, order_id))
        return await self.ended(order_id, error, gate.subject)

    async def ended(self, order_id: str, error: CountersignError, subject: Subject = Subject.ORDER) -> str:
        """Say how an order ended, or that there is none, after the workflow's `error`."""
        name = named(subject, order_id)
        try:
            ended = await self._deps.reader.ended(subject, order_id)
        except Exception:
            # Whatever a database raises: the one who spoke is answered all the same.
            log.exception("the database did not answer")
            return over_sentence(name, None)
        if ended is None and isinstance(error, OrderNotFound):
            return error_sentence(error, name)
        return over_sentence(name, ended)
