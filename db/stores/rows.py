"""Converts rows to the types of the ports."""

import asyncpg

from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.orders import OrderRow


def order_row(row: asyncpg.Record) -> OrderRow:
    """Convert a row of `orders`; its order equals the one that was stored."""
    return OrderRow(
        order=Order.model_validate({name: row[name] for name in Order.model_fields}),
        status=OrderStatus(row["status"]),
        revision=row["revision"],
        tier=row["tier"],
        deadline=row["deadline"],
        reason=row["reason"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
