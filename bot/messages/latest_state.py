"""Fetches the current state from the workflow before a card that waited in the rate-limit queue is posted."""

import asyncio

import structlog

from orchestration.domain.card import CardView, order_card
from orchestration.domain.errors import CountersignError
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import refund_card
from orchestration.ports.workflows import OrderWorkflows

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 1.0
"""Seconds. Together with a call to Slack it fits into one attempt of an activity."""


class LatestState:
    """Queries the workflow. If the query fails, the card shows the known state, and an update follows."""

    def __init__(self, orders: OrderWorkflows | None = None) -> None:
        self._orders = orders

    async def fetch(self, known: CardView) -> CardView:
        """Return the current state of the card; `known` if there is no newer one."""
        if self._orders is None:
            return known
        try:
            async with asyncio.timeout(TIME_LIMIT):
                found = await _query(self._orders, known)
        except (CountersignError, TimeoutError) as error:
            log.info(
                "state query failed: the card shows the known state",
                order_id=known.order_id,
                problem=str(error),
            )
            return known
        # A refund that was requested again has a card of its own, with another key.
        return found if found.key == known.key and found.version > known.version else known


async def _query(orders: OrderWorkflows, known: CardView) -> CardView:
    if known.subject is Subject.REFUND:
        return refund_card(await orders.refund_status(known.order_id))
    return order_card(await orders.status(known.order_id))
