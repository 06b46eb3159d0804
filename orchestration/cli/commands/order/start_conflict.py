"""Whether an order that was started before is the very same one."""

import asyncio

from orchestration.cli.connections import Connections
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.cli.output.console import Output
from orchestration.cli.output.snapshot import look
from orchestration.domain.errors import (
    NoWorkerAnswered,
    OrderConflict,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.order import Order

COMPARE_LIMIT = 5.0
"""Seconds for finding out."""


async def refuse_another_order(connections: Connections, out: Output, order: Order) -> None:
    """Raise OrderConflict unless the order that was started under this id is the same, or nobody can tell."""
    try:
        known = await _known_order(connections, order.order_id)
    except (
        NoWorkerAnswered,
        TemporalUnavailable,
        OutcomeUnknown,
        OrderNotFound,
        DatabaseUnavailable,
        TimeoutError,
    ):
        out.note("Whether it is the very same order could not be looked up: nothing answered.", "yellow")
        return
    if known is None:
        raise OrderConflict(
            f"An order with the id {order.order_id} was started before, and is malformed. "
            "Start this one under another id."
        )
    ours, theirs = order.model_dump(mode="json"), known.model_dump(mode="json")
    differing = [name for name in ours if ours[name] != theirs.get(name)]
    if differing:
        raise OrderConflict(
            f"Another order has the id {order.order_id}; it differs in {', '.join(differing)}. "
            "Nothing was started."
        )


async def _known_order(connections: Connections, order_id: str) -> Order | None:
    """Return the order that has this id; None if it was refused as malformed."""
    async with asyncio.timeout(COMPARE_LIMIT):
        while True:
            snapshot = await look(connections, order_id)
            if snapshot.order is not None or snapshot.status.is_final:
                return snapshot.order
            # Started a moment ago: its workflow has not read it yet.
            await asyncio.sleep(0.1)
