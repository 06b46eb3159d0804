"""The answer to `/order refund`."""

from bot.block_kit.text import MAX_SECTION, Message, context, escape, join, mrkdwn, plain, section, slack_date
from bot.ids import COMMAND
from bot.views.parts import approval_parts, card_parts, order_parts
from orchestration.domain.actor import Account
from orchestration.domain.refund.refund import RefundView, refund_card


def refund_message(view: RefundView) -> Message:
    """Say how a refund stands."""
    card = refund_card(view)
    title = escape(card_parts.title(card), 200)
    said = [] if view.order is None else [order_parts.summary(view.order, card.requested_by)]
    if card.is_open:
        said += approval_parts.needs_and_deadline(view.gate)
    said += [*card_parts.progress(card), *card_parts.remark_words(card)]
    if view.card is not None:
        said.append(f"The card is in <#{view.card.channel}>")
    said.append(f"Changed {slack_date(view.updated_at)}")
    return Message(
        text=join([title, *said]),
        blocks=[section(mrkdwn(f"*{title}*")), context(mrkdwn(join(said, 2000)))],
    )


def no_refund(order_id: str) -> Message:
    """Nobody has asked for one."""
    return _words(
        f"There is no refund of order {order_id}. Ask for one with a reason: {COMMAND} refund {order_id} it "
        "arrived broken"
    )


def no_refund_for(account: Account) -> Message:
    """Whoever is no member of the workspace asks for nothing."""
    if account is Account.UNKNOWN:
        return _words(
            "Slack did not tell me who you are, so no refund was asked for. Type it again in a moment."
        )
    return _words("Only people of this workspace ask for refunds. Nothing happened.")


def stored_message(order_id: str) -> Message:
    """Temporal has the request, and nobody has looked at it yet."""
    return _words(
        f"The refund of order {order_id} is safely stored, and will be looked at as soon as orchestration "
        f"answers. See how it stands with {COMMAND} refund {order_id}"
    )


def wrong_reason() -> Message:
    """The domain takes one line of at most 1000 readable characters."""
    return _words("The reason must be one line of at most 1000 characters, without control characters.")


def _words(sentence: str) -> Message:
    return Message(text=escape(sentence, MAX_SECTION), blocks=[section(plain(sentence))])
