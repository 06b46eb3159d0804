"""Answers `/order status`: asks the workflow, and falls back to the database."""

import asyncio

import structlog

from bot.block_kit.text import Message
from bot.database import DatabaseUnavailable, ask_database
from bot.dependencies import Dependencies
from bot.views.order_status import status, stored_status
from bot.views.sentences.decisions import DATABASE_AWAY, error_sentence
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundView
from orchestration.ports.workflows import Execution
from orchestration.wording.names import subject_name

log = structlog.stdlib.get_logger(__name__)


class OrderStatusListener:
    """Collects what Temporal and the database know of an order."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    async def answer(self, order_id: str) -> Message:
        """Return the message that shows the order."""
        execution = asyncio.create_task(self._execution(order_id))
        try:
            view = await self._deps.orders.status(order_id)
            return status(view, await execution, await self._refund_of(view), await self._calls_ahead(view))
        except NoWorkerAnswered:
            return await self._from_database(order_id, await execution, "no worker answers")
        except (TemporalUnavailable, OutcomeUnknown):
            return await self._from_database(order_id, await execution, "Temporal cannot be reached")
        except OrderNotFound:
            return await self._from_database(order_id, None, "Temporal no longer has its workflow")
        finally:
            execution.cancel()

    async def _refund_of(self, view: OrderView) -> RefundView | None:
        if view.status is not OrderStatus.SHIPPED:
            return None
        try:
            return await self._deps.orders.refund_status(view.order_id)
        except CountersignError:
            return None

    async def _calls_ahead(self, view: OrderView) -> int | None:
        """Return the length of the rate-limit queue before the card; None if the card is not queued."""
        if not view.is_card_outdated:
            return None
        try:
            return await ask_database(self._deps.reader.card_queue_position(view.order_id))
        except DatabaseUnavailable:
            return None  # the rest of the answer comes from the workflow

    async def _execution(self, order_id: str) -> Execution | None:
        try:
            return await self._deps.orders.execution(order_id)
        except CountersignError:
            return None

    async def _from_database(self, order_id: str, execution: Execution | None, why: str) -> Message:
        try:
            row = await ask_database(self._deps.reader.get(order_id))
        except DatabaseUnavailable:
            return Message(text=DATABASE_AWAY)
        if row is not None:
            return stored_status(row, execution, why)
        if execution is not None:
            return Message(text=f"Order {order_id} has been started, and nothing more is known: {why}.")
        return Message(text=error_sentence(OrderNotFound(), subject_name(Subject.ORDER, order_id)))
