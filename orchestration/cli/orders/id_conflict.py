"""Finds out whether an order id that is in use belongs to the same order or to another one."""

import asyncio

from orchestration.cli.connections import Connections
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.orders.fetch import fetch_order
from orchestration.domain.errors import (
    NoWorkerAnswered,
    OrderConflict,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.order import Order

COMPARE_TIMEOUT = 5.0
"""Seconds to wait for the order that was started under this id."""


async def check_same_order(connections: Connections, order: Order) -> bool:
    """Compare `order` with the order that was started under its id; return False if nothing answered.

    Raises OrderConflict if the two differ, or if the started one was refused as malformed.
    """
    try:
        started = await _started_order(connections, order.order_id)
    except (
        NoWorkerAnswered,
        TemporalUnavailable,
        OutcomeUnknown,
        OrderNotFound,
        DatabaseUnavailable,
        TimeoutError,
    ):
        return False
    if started is None:
        raise OrderConflict(
            f"An order with the id {order.order_id} was started before, and is malformed. "
            "Start this one under another id."
        )
    new, old = order.model_dump(mode="json"), started.model_dump(mode="json")
    differing = [name for name in new if new[name] != old.get(name)]
    if differing:
        raise OrderConflict(
            f"Another order has the id {order.order_id}; it differs in {', '.join(differing)}. "
            "Nothing was started."
        )
    return True


async def _started_order(connections: Connections, order_id: str) -> Order | None:
    """Return the order that has this id; None if it was refused as malformed."""
    async with asyncio.timeout(COMPARE_TIMEOUT):
        while True:
            snapshot = await fetch_order(connections, order_id)
            if snapshot.order is not None or snapshot.status.is_final:
                return snapshot.order
            # The workflow was started a moment ago and has not stored the order in its state yet.
            await asyncio.sleep(0.1)
