"""The summary and details of an order's workflow in Temporal's Web UI, as Markdown."""

import re

from orchestration.domain.currency import format_amount
from orchestration.domain.order.order import Order
from orchestration.domain.sanitize import sanitize


def static_summary(order: Order) -> str:
    """Return one line of at most 200 bytes, Temporal's limit."""
    amount = format_amount(order.amount, order.currency)
    # Cut before escaping, which can double the length, and in bytes, since names are in any script.
    name = order.customer.encode()[:80].decode(errors="ignore")
    return f"{escape(name)}: {amount}"


def static_details(order: Order) -> str:
    """Return amount, customer, requester and the first 20 lines."""
    amount = format_amount(order.amount, order.currency)
    lines = "\n".join(
        f"- {line.quantity} x {escape(line.description)} ({escape(line.sku)})" for line in order.lines[:20]
    )
    return f"**{amount}** for {escape(order.customer)}, asked for by `{order.requester}`\n\n{lines}"


def escape(text: str) -> str:
    """Escape characters that the Web UI would read as Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~-])", r"\\\1", sanitize(text))
