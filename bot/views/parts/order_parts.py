"""Texts about an order: its status, its amount, its lines."""

from bot.block_kit.text import escape, person
from orchestration.domain.card import CardStatus, status_text_of
from orchestration.domain.currency import format_amount
from orchestration.domain.order.order import Order, OrderLine
from orchestration.domain.order.status import OrderStatus

MAX_LINES = 5
"""Lines of an order that are shown; the others are counted."""

ICONS = {
    CardStatus.NEW: "🆕",
    CardStatus.WAITING: "⏳",
    CardStatus.APPROVED: "✅",
    CardStatus.IN_PROGRESS: "🚚",
    CardStatus.DONE: "📦",
    CardStatus.CANCELLED: "🚫",
    CardStatus.EXPIRED: "⌛",
    CardStatus.FAILED: "⚠️",
}
"""Always shown beside the status in words."""


def status_phrase(status: OrderStatus) -> str:
    """Return the status as it follows the order's name: "has been shipped"."""
    return status_text_of(status)[1]


def status_icon(status: OrderStatus) -> str:
    """Return the emoji of the status, to show beside the status in words."""
    return ICONS[status_text_of(status)[0]]


def amount(order: Order) -> str:
    """Return the amount with its currency."""
    return format_amount(order.amount, order.currency)


def summary(order: Order, requested_by: str | None = None) -> str:
    """Return amount, customer and requester. Escaped."""
    requester = person(requested_by or order.requester)
    return f"{amount(order)} for {escape(order.customer, 300)}, requested by {requester}"


def line(each: OrderLine, currency: str, limit: int) -> str:
    """Return one line of the order. Not escaped. `limit` is the description's length in characters."""
    price = format_amount(each.total, currency)
    return f"{each.quantity:,} × {_cut(each.description, limit)} ({each.sku}): {price}"


def lines(order: Order, limit: int) -> list[str]:
    """Return the first lines, and how many more there are. Not escaped."""
    shown = [line(each, order.currency, limit) for each in order.lines[:MAX_LINES]]
    more = len(order.lines) - MAX_LINES
    return [*shown, f"and {more} more"] if more > 0 else shown


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
