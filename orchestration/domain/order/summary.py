"""How a workflow introduces itself in Temporal's Web UI, which reads Markdown."""

import re

from orchestration.domain.currency import format_amount
from orchestration.domain.order.order import Order
from orchestration.domain.sanitize import sanitize


def static_summary(order: Order) -> str:
    """One line, at most 200 bytes as Temporal wants it."""
    amount = format_amount(order.amount, order.currency)
    # Cut before escaping could double the length, and by bytes, since names are in any script.
    name = order.customer.encode()[:80].decode(errors="ignore")
    return f"{escape(name)}: {amount}"


def static_details(order: Order) -> str:
    """Amount, customer, requester and the first lines."""
    amount = format_amount(order.amount, order.currency)
    lines = "\n".join(
        f"- {line.quantity} x {escape(line.description)} ({escape(line.sku)})" for line in order.lines[:20]
    )
    return f"**{amount}** for {escape(order.customer)}, asked for by `{order.requester}`\n\n{lines}"


def escape(text: str) -> str:
    """Escape what the Web UI would take for markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~-])", r"\\\1", sanitize(text))
