"""Builds the modal of `/order amend`, filled with the order's present values."""

from bot.block_kit.modals import modal, text_input
from bot.block_kit.text import Json, context, plain, section
from bot.ids import CallbackId, FieldId
from bot.payloads.view_submissions.amendment_changes import MAX_LINES_TEXT, format_lines
from bot.payloads.view_submissions.private_metadata import AmendModalMetadata
from bot.views.parts import order_parts
from orchestration.domain.order.order import Order


def amend_modal(metadata: AmendModalMetadata, order: Order) -> Json:
    """Build the modal."""
    title = section(plain(f"Order {order.order_id}: {order_parts.amount(order)} for {order.customer}", 500))
    void = context(plain("Once it is changed it has to be approved anew: earlier approvals are void."))
    blocks = [
        title,
        _lines(order),
        text_input(FieldId.SHIP_TO, "Ship to", value=order.ship_to),
        text_input(
            FieldId.NOTE, "Note", value=order.note, hint="Left empty, the note stays as it is.", optional=True
        ),
        void,
    ]
    return modal(CallbackId.AMEND, metadata.encode(), "Change the order", "Change order", blocks)


def _lines(order: Order) -> Json:
    text = format_lines(order)
    if text is None:
        many = f"Its {len(order.lines)} lines are too long for a form: change them at the command line."
        return section(plain(many))
    example = "CHAIR-9:Office chair:4:249.00"
    hint = f"One a line: SKU:description:quantity:unit price in {order.currency}, as in {example}"
    return text_input(FieldId.LINES, "Lines", value=text, hint=hint, longest=MAX_LINES_TEXT)
