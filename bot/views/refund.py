"""Renders the answers to `/order refund`."""

from bot.block_kit.text import MAX_SECTION, Message, context, escape, join, mrkdwn, plain, section, slack_date
from bot.ids import COMMAND
from bot.views.parts import approval_parts, card_parts, order_parts
from orchestration.domain.actor import Account
from orchestration.domain.refund.refund import RefundView, refund_card


def refund_message(view: RefundView) -> Message:
    """Render the status of a refund."""
    card = refund_card(view)
    title = escape(card_parts.title(card), 200)
    lines = [] if view.order is None else [order_parts.summary(view.order, card.requested_by)]
    if card.is_open:
        lines += approval_parts.needs_and_deadline(view.gate)
    lines += [*card_parts.progress(card), *card_parts.remark_lines(card)]
    if view.card is not None:
        lines.append(f"The card is in <#{view.card.channel}>")
    lines.append(f"Changed {slack_date(view.updated_at)}")
    return Message(
        text=join([title, *lines]),
        blocks=[section(mrkdwn(f"*{title}*")), context(mrkdwn(join(lines, 2000)))],
    )


def no_refund(order_id: str) -> Message:
    """Say that there is no refund, and how to request one."""
    return _sentence(
        f"There is no refund of order {order_id}. Ask for one with a reason: {COMMAND} refund {order_id} it "
        "arrived broken"
    )


def no_refund_for(account: Account) -> Message:
    """Say why this account cannot request a refund."""
    if account is Account.UNKNOWN:
        return _sentence(
            "Slack did not tell me who you are, so no refund was asked for. Type it again in a moment."
        )
    return _sentence("Only people of this workspace ask for refunds. Nothing happened.")


def stored_message(order_id: str) -> Message:
    """Say that the request is stored in Temporal and that no worker has handled it yet."""
    return _sentence(
        f"The refund of order {order_id} is safely stored, and will be looked at as soon as orchestration "
        f"answers. See how it stands with {COMMAND} refund {order_id}"
    )


def wrong_reason() -> Message:
    """Say what a reason may contain."""
    return _sentence("The reason must be one line of at most 1000 characters, without control characters.")


def _sentence(sentence: str) -> Message:
    return Message(text=escape(sentence, MAX_SECTION), blocks=[section(plain(sentence))])
