"""The card: one message in the approvals channel that stands for one order."""

from collections.abc import Iterator

from bot.ids import ActionId, BlockId, ButtonValue
from bot.views import parts
from bot.views.text import (
    MAX_BUTTON,
    MAX_CONFIRM_TEXT,
    MAX_CONFIRM_TITLE,
    MAX_FIELD,
    MAX_HEADER,
    Json,
    Message,
    context,
    escape,
    header,
    join,
    mrkdwn,
    person,
    plain,
    section,
    table,
)
from orchestration.domain.order import Order, OrderStatus
from orchestration.domain.view import OrderView


def card(view: OrderView) -> Message:
    """Draw the order as it stands; buttons only while it waits for people."""
    return Message(text=join(_words(view)), blocks=list(_blocks(view)))


def _is_open(view: OrderView) -> bool:
    return view.status is OrderStatus.PENDING_MANUAL_APPROVAL and view.gate.outcome is None


def _blocks(view: OrderView) -> Iterator[Json]:
    yield header(parts.title(view))
    order = view.order
    if order is not None:
        yield table(_rows(view, order))
        yield section(plain("\n".join(parts.lines(order, 90))))
        yield context(plain(f"Ship to: {order.ship_to}", 600))
        if order.note:
            yield context(plain(f"Note of the requester: {order.note}", 600))
    if _is_open(view) and order is not None:
        if notes := parts.waiting_notes(view.gate):
            yield context(mrkdwn("\n".join(notes)))
        yield {"type": "actions", "block_id": BlockId.DECIDE, "elements": _buttons(view, order)}
    if said := parts.progress(view):
        yield section(mrkdwn("\n".join(said)))
    yield from parts.remark_blocks(view)


def _rows(view: OrderView, order: Order) -> Iterator[tuple[str, Json]]:
    yield "Amount", mrkdwn(f"*{parts.amount(order)}*")
    yield "Customer", plain(order.customer, MAX_FIELD)
    yield "Requested by", mrkdwn(person(order.requester))
    gate = view.gate
    if gate.tier is None:
        return
    if _is_open(view):
        yield "Needs", mrkdwn(f"{parts.approvers(gate)}\nSo far: {parts.approved_so_far(gate)}")
    else:
        yield "Approvals", mrkdwn(parts.approved_so_far(gate))
    tier = f"Tier: {gate.tier.name}"
    if _is_open(view):
        yield "Expires", mrkdwn(f"{parts.expires(gate)}\n{escape(tier, 200)}")
    else:
        yield "Tier", plain(gate.tier.name, 200)


def _buttons(view: OrderView, order: Order) -> list[Json]:
    value = ButtonValue(
        order_id=view.order_id, revision=view.gate.revision, groups=parts.group_ids(view.gate)[:50]
    ).encode()
    what = f"{parts.amount(order)} for {order.customer}"
    return [
        {
            "type": "button",
            "action_id": ActionId.APPROVE,
            "style": "primary",
            "text": plain("Approve", MAX_BUTTON),
            "accessibility_label": escape(f"Approve order {view.order_id}", MAX_BUTTON),
            "value": value,
            "confirm": _confirm("Approve this order?", what, "Approve", "primary"),
        },
        {
            "type": "button",
            "action_id": ActionId.CANCEL,
            "style": "danger",
            "text": plain("Cancel order", MAX_BUTTON),
            "accessibility_label": escape(f"Cancel order {view.order_id}", MAX_BUTTON),
            "value": value,
            "confirm": _confirm("Cancel this order?", what, "Cancel order", "danger"),
        },
    ]


def _confirm(title: str, what: str, yes: str, style: str) -> Json:
    return {
        "title": plain(title, MAX_CONFIRM_TITLE),
        "text": plain(what, MAX_CONFIRM_TEXT),
        "confirm": plain(yes, 30),
        "deny": plain("Not now", 30),
        "style": style,
    }


def _words(view: OrderView) -> Iterator[str]:
    yield escape(parts.title(view), MAX_HEADER)
    order = view.order
    if order is not None:
        yield parts.summary(order)
    gate = view.gate
    if _is_open(view):
        yield f"Needs {parts.approvers(gate)}; so far: {parts.approved_so_far(gate)}"
        yield f"Expires: {parts.expires(gate)}"
        yield from parts.waiting_notes(gate)
    elif gate.tier is not None:
        yield f"Approvals: {parts.approved_so_far(gate)}"
    yield from parts.progress(view)
    yield from (f"{label}: {escape(words, 600)}" for label, words in parts.remarks(view))
    if gate.tier is not None:
        yield f"Tier: {escape(gate.tier.name, 200)}"
    if order is not None:
        yield from (escape(line, 200) for line in parts.lines(order, 60))
        yield f"Ship to: {escape(order.ship_to, 300)}"
        if order.note:
            yield f"Note of the requester: {escape(order.note, 300)}"
