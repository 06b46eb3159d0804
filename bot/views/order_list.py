"""Renders one page of the answer to `/order list`."""

from bot.block_kit.text import (
    MAX_BUTTON,
    MAX_FIELD,
    Json,
    Message,
    context,
    escape,
    header,
    join,
    mrkdwn,
    plain,
    plain_lines,
    slack_date,
)
from bot.ids import ActionId, BlockId, ListWhich, PageValue
from bot.views.parts import order_parts
from bot.views.parts.order_parts import status_icon, status_phrase
from orchestration.ports.orders import OrderPage, OrderRow

PAGE_SIZE = 10

_TITLES = {ListWhich.PENDING: "Orders that wait for approval", ListWhich.ALL: "All orders, newest first"}
_NONE = {ListWhich.PENDING: "No order waits for approval.", ListWhich.ALL: "There are no orders yet."}


def order_list(page: OrderPage, which: ListWhich) -> Message:
    """Render a page, with a "Next page" button if there are more orders."""
    title = _TITLES[which]
    if not page.rows:
        return Message(text=_NONE[which], blocks=[header(title), context(plain(_NONE[which]))])
    blocks = [header(title), *(_row(row) for row in page.rows)]
    lines = [title, *(_text(row) for row in page.rows)]
    if page.next_cursor is not None:
        blocks.append(_next_button(which, page.next_cursor))
        lines.append("There are more: press Next page.")
    return Message(text=join(lines), blocks=blocks)


def _row(row: OrderRow) -> Json:
    order = row.order
    left = (
        f"*{order.order_id}*\n{status_icon(row.status)} {status_phrase(row.status)} · "
        f"{slack_date(row.created_at)}"
    )
    right = plain_lines((order_parts.amount(order), order.customer), MAX_FIELD)
    return {"type": "section", "fields": [mrkdwn(left), right]}


def _text(row: OrderRow) -> str:
    order = row.order
    what = f"{order_parts.amount(order)} for {escape(order.customer, 120)}"
    return f"{order.order_id} {status_phrase(row.status)}: {what}"


def _next_button(which: ListWhich, cursor: str) -> Json:
    return {
        "type": "actions",
        "block_id": BlockId.LIST_MORE,
        "elements": [
            {
                "type": "button",
                "action_id": ActionId.LIST_MORE,
                "text": plain("Next page", MAX_BUTTON),
                "accessibility_label": "Next page of orders",
                "value": PageValue(which=which, cursor=cursor).encode(),
            }
        ],
    }
