"""Renders the card: the one message in the approvals channel about the approval of an order or refund."""

from collections.abc import Iterator

from bot.block_kit.text import (
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
    plain_lines,
    section,
    table,
)
from bot.ids import ActionId, BlockId, ButtonValue, MenuChoice
from bot.views.parts import approval_parts, card_parts, order_parts
from orchestration.domain.card import CardView
from orchestration.domain.order.order import Order
from orchestration.domain.policy.tier import Override


def card(view: CardView) -> Message:
    """Render a card. It has buttons only while it waits for decisions."""
    return Message(text=join(_text(view)), blocks=list(_blocks(view)))


def _blocks(view: CardView) -> Iterator[Json]:
    yield header(card_parts.title(view))
    order = view.order
    if order is not None:
        yield table(_rows(view, order))
        yield section(plain_lines(order_parts.lines(order, 90)))
        yield context(plain(f"Ship to: {order.ship_to}", 600))
        if order.note:
            yield context(plain(f"Note of the requester: {order.note}", 600))
    if view.is_open and order is not None:
        # Above the buttons, since the reason of a refund matters for the decision.
        yield from card_parts.remark_blocks(view)
        if notes := approval_parts.waiting_notes(view.gate):
            yield context(mrkdwn("\n".join(notes)))
        yield {"type": "actions", "block_id": BlockId.DECIDE, "elements": _buttons(view, order)}
    if lines := card_parts.progress(view):
        yield section(mrkdwn("\n".join(lines)))
    if not view.is_open:
        yield from card_parts.remark_blocks(view)


def _rows(view: CardView, order: Order) -> Iterator[tuple[str, Json]]:
    yield "Amount", mrkdwn(f"*{order_parts.amount(order)}*")
    yield "Customer", plain(order.customer, MAX_FIELD)
    yield "Requested by", mrkdwn(person(view.requested_by or order.requester))
    gate = view.gate
    if gate.tier is None:
        return
    if view.is_open:
        yield (
            "Needs",
            mrkdwn(f"{approval_parts.approvers(gate)}\nSo far: {approval_parts.approved_so_far(gate)}"),
        )
    else:
        yield "Approvals", mrkdwn(approval_parts.approved_so_far(gate))
    tier = f"Tier: {gate.tier.name}"
    if view.is_open:
        yield "Expires", mrkdwn(f"{approval_parts.expires(gate)}\n{escape(tier, 200)}")
    else:
        yield "Tier", plain(gate.tier.name, 200)


def _buttons(view: CardView, order: Order) -> list[Json]:
    value = ButtonValue(
        subject=view.subject,
        order_id=view.order_id,
        revision=view.gate.revision,
        groups=approval_parts.group_ids(view.gate)[:50],
    ).encode()
    what = f"{order_parts.amount(order)} for {order.customer}"
    return [
        {
            "type": "button",
            "action_id": ActionId.APPROVE,
            "style": "primary",
            "text": plain("Approve", MAX_BUTTON),
            "accessibility_label": escape(f"Approve {view.subject} {view.order_id}", MAX_BUTTON),
            "value": value,
            "confirm": _confirm(f"Approve this {view.subject}?", what, "Approve", "primary"),
        },
        {
            "type": "button",
            "action_id": ActionId.CANCEL,
            "style": "danger",
            "text": plain(f"Cancel {view.subject}", MAX_BUTTON),
            "accessibility_label": escape(f"Cancel {view.subject} {view.order_id}", MAX_BUTTON),
            "value": value,
            "confirm": _confirm(f"Cancel this {view.subject}?", what, f"Cancel {view.subject}", "danger"),
        },
        _menu(view),
    ]


_MENU = {
    MenuChoice.APPROVE: "Approve with a note",
    MenuChoice.CANCEL: "Cancel with a reason",
    MenuChoice.ASK: "Ask for information",
    MenuChoice.OVERRIDE: "Decide alone (override)",
    MenuChoice.HISTORY: "History",
}


def _menu(view: CardView) -> Json:
    # Options hold 150 characters, too few for a ButtonValue. The order is read from the Approve button.
    tier = view.gate.tier
    hidden = {MenuChoice.OVERRIDE} if tier is None or tier.override is Override.NEVER else set()
    options = [
        {"text": plain(text, MAX_BUTTON), "value": choice.value}
        for choice, text in _MENU.items()
        if choice not in hidden
    ]
    return {"type": "overflow", "action_id": ActionId.MORE, "options": options}


def _confirm(title: str, what: str, yes: str, style: str) -> Json:
    return {
        "title": plain(title, MAX_CONFIRM_TITLE),
        "text": plain(what, MAX_CONFIRM_TEXT),
        "confirm": plain(yes, 30),
        "deny": plain("Not now", 30),
        "style": style,
    }


def _text(view: CardView) -> Iterator[str]:
    yield escape(card_parts.title(view), MAX_HEADER)
    order = view.order
    if order is not None:
        yield order_parts.summary(order, view.requested_by)
    gate = view.gate
    if view.is_open:
        yield from approval_parts.needs_and_deadline(gate)
        yield from approval_parts.waiting_notes(gate)
    elif gate.tier is not None:
        yield f"Approvals: {approval_parts.approved_so_far(gate)}"
    yield from card_parts.progress(view)
    yield from card_parts.remark_lines(view)
    if gate.tier is not None:
        yield f"Tier: {escape(gate.tier.name, 200)}"
    if order is not None:
        yield from (escape(line, 200) for line in order_parts.lines(order, 60))
        yield f"Ship to: {escape(order.ship_to, 300)}"
        if order.note:
            yield f"Note of the requester: {escape(order.note, 300)}"
