"""The newest state of what a card stands for, for a card that has waited."""

import asyncio

import structlog

from bot.dependencies import OrderWorkflows
from orchestration.domain.card import CardView, order_card
from orchestration.domain.errors import CountersignError
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import refund_card

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 1.0
"""Seconds. With a call to Slack it fits into one try of an activity."""


class LatestState:
    """Asks the workflow. Where that cannot answer, what is known is new enough: an update follows."""

    def __init__(self, orders: OrderWorkflows | None = None) -> None:
        self._orders = orders

    async def of(self, known: CardView) -> CardView:
        """Return the newest state of this card."""
        if self._orders is None:
            return known
        try:
            async with asyncio.timeout(TIME_LIMIT):
                found = await _ask(self._orders, known)
        except (CountersignError, TimeoutError) as error:
            log.info("drawing what is known", order_id=known.order_id, problem=str(error))
            return known
        # A refund that was asked for again has another card.
        return found if found.key == known.key and found.version > known.version else known


async def _ask(orders: OrderWorkflows, known: CardView) -> CardView:
    if known.subject is Subject.REFUND:
        return refund_card(await orders.refund_status(known.order_id))
    return order_card(await orders.status(known.order_id))
