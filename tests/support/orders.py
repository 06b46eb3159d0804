"""Orders for tests."""

from typing import Any

from orchestration.domain.order.order import Order


def raw_order(**fields: Any) -> dict[str, Any]:
    """An order as JSON from outside: 1,200.00 EUR, requested by Bob."""
    return {
        "order_id": "ord-1",
        "customer": "Nordwind GmbH",
        "lines": [
            {"sku": "CHAIR-9", "description": "Office chair", "quantity": 4, "unit_price": 24_900},
            {"sku": "LAMP-2", "description": "Desk lamp", "quantity": 4, "unit_price": 5_100},
        ],
        "currency": "EUR",
        "requester": "U0BOB0001",
        "ship_to": "Hafenstrasse 1, 20457 Hamburg",
    } | fields


def an_order(**fields: Any) -> Order:
    """The same order as a model."""
    return Order.model_validate(raw_order(**fields))


def a_small_order(**fields: Any) -> Order:
    """An order of 20.00 EUR, which needs no approval."""
    line = {"sku": "PEN-1", "description": "Pens", "quantity": 10, "unit_price": 200}
    return an_order(**{"lines": [line]} | fields)
