"""Verdicts and errors become the sentences that a user reads, here and in `talk_sentences` only."""

from typing import assert_never

from bot.views import parts
from bot.views.text import escape, person, slack_date
from orchestration.domain.decision import DecisionKind, Verdict, VerdictKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.ports import OrderRow

ALTERED_BUTTON = "This button is not one of mine, or has been altered. Nothing happened."
ALTERED_FORM = "This form is not one of mine, or has been altered. Nothing happened."
ODD_COMMAND = "I could not read that command. Try `/order help`."
SOMETHING_BROKE = "Something went wrong on my side, and it has been logged. Please try again."
DATABASE_AWAY = "I cannot reach my database right now. Please try again in a minute."

_DONE = {DecisionKind.APPROVE: "approval", DecisionKind.CANCEL: "cancellation"}


def verdict_sentence(verdict: Verdict | None, kind: DecisionKind, order_id: str) -> str | None:
    """Say what became of a click; None where the card's own change says it all."""
    if verdict is None:
        return (
            f"Your click on order {order_id} is safely stored and not yet carried out. The card will show it."
        )
    match verdict.kind:
        case VerdictKind.RECORDED:
            return None
        case VerdictKind.COUNTED:
            whom = f" for {person(verdict.on_behalf_of)}" if verdict.on_behalf_of else ""
            return (
                f"Your {_DONE[kind]} of order {order_id} counts{whom}: {verdict.counted} of {verdict.needed}."
            )
        case VerdictKind.HELD:
            return (
                f"Order {order_id} is still being checked. Your {_DONE[kind]} is kept and will be judged as "
                "soon as that is done; the card will show it."
            )
        case VerdictKind.ASKED_SHIPPING:
            return (
                f"Order {order_id} is being shipped already. I asked shipping whether it can still be "
                "stopped; the card will show the answer."
            )
        case (
            VerdictKind.ALREADY_OVER
            | VerdictKind.ALREADY_APPROVED
            | VerdictKind.ALREADY_CANCELLED
            | VerdictKind.EXPIRED
        ):
            return _too_late(verdict, order_id)
        case VerdictKind.ORDER_CHANGED:
            return f"Order {order_id} has changed since this card was drawn. Look at it again, then decide."
        case VerdictKind.OWN_ORDER:
            return f"Order {order_id} is your own: somebody else has to approve it."
        case VerdictKind.BARRED:
            return f"You may not approve order {order_id}: separation of duties asks for somebody else."
        case VerdictKind.NOT_AN_OPERATOR | VerdictKind.OVERRIDE_OFF | VerdictKind.REASON_NEEDED:
            return _no_override(verdict.kind, order_id)
        case VerdictKind.NOT_AN_APPROVER:
            return f"You are not an approver of order {order_id}, so your click does not count."
        case (
            VerdictKind.NOT_WAITING
            | VerdictKind.NOT_THE_REQUESTER
            | VerdictKind.ALREADY_ANSWERED
            | VerdictKind.TOO_MANY
            | VerdictKind.REFUSED
        ):
            return _no_change(verdict, order_id)
        case VerdictKind.CARRIER_HAS_IT:
            return f"Order {order_id} can no longer be cancelled: the carrier has it."
        case VerdictKind.MALFORMED:
            return f"Order {order_id} did not understand that click. Nothing happened."
        case _:
            assert_never(verdict.kind)


def _too_late(verdict: Verdict, order_id: str) -> str:
    if verdict.kind is VerdictKind.EXPIRED:
        return f"Order {order_id} has expired; your click came after its deadline."
    if verdict.kind is VerdictKind.ALREADY_APPROVED and verdict.by is not None:
        return f"{person(verdict.by)} has already approved order {order_id} on your behalf."
    if verdict.kind is VerdictKind.ALREADY_APPROVED:
        return f"You have already approved order {order_id}."
    if verdict.kind is VerdictKind.ALREADY_CANCELLED:
        return f"You have already asked to cancel order {order_id}; others have to agree."
    if verdict.outcome is None:
        return f"Order {order_id} is already over."
    return f"Too late, order {order_id} is decided. {parts.outcome(verdict.outcome)}"


def _no_change(verdict: Verdict, order_id: str) -> str:
    match verdict.kind:
        case VerdictKind.NOT_THE_REQUESTER:
            return f"Only whoever asked for order {order_id} may do that."
        case VerdictKind.ALREADY_ANSWERED:
            return f"That question about order {order_id} has been answered already."
        case VerdictKind.TOO_MANY:
            return f"Order {order_id} has too many questions already. Talk in its thread instead."
        case VerdictKind.REFUSED:
            why = escape(verdict.detail or "", 300)
            return f"Order {order_id} stays as it is, the change was refused: {why}"
        case _:
            return f"Order {order_id} does not wait for that (any more)."


def _no_override(kind: VerdictKind, order_id: str) -> str:
    if kind is VerdictKind.OVERRIDE_OFF:
        return f"Nobody may decide order {order_id} alone: its tier does not allow overrides."
    if kind is VerdictKind.REASON_NEEDED:
        return f"To decide order {order_id} alone you have to give a reason."
    return f"You are not an operator of order {order_id}'s tier, so you cannot decide alone."


def too_slow(again: str) -> str:
    """Say that a form could not be opened in time; `again` is what to do: "click again"."""
    return f"That took too long, and no form was opened. Please {again}."


def maybe_opened(again: str) -> str:
    """Say that nobody knows whether a form was opened."""
    return f"Slack did not say whether it opened the form. If you do not see it, please {again}."


def not_reached(order_id: str) -> str:
    """Say that an order cannot be looked at, and so not be changed."""
    return (
        f"Order {order_id} cannot be changed right now: the order service does not answer. Nothing happened; "
        "please try again in a minute."
    )


def over_sentence(order_id: str, row: OrderRow | None, by: str | None) -> str:
    """Say how an order ended whose workflow is gone; `by` names whoever ended it, already escaped."""
    if row is None:
        return f"Order {order_id} is already over. Nothing happened."
    whom = f" by {by}" if by else ""
    reason = f" Reason: {escape(row.reason, 300)}" if row.reason else ""
    return (
        f"Order {order_id} is already over: it {parts.status_phrase(row.status)}{whom} "
        f"({slack_date(row.updated_at)}).{reason}"
    )


def error_sentence(error: CountersignError, order_id: str) -> str:
    """Say what an error means for somebody who clicked or asked."""
    match error:
        case OrderNotFound():
            return f"There is no order {order_id}."
        case OrderOver():
            return f"Order {order_id} is already over."
        case TemporalUnavailable():
            return (
                "Nothing happened: the order service cannot be reached right now. Please click again in a "
                "minute."
            )
        case OutcomeUnknown():
            return (
                f"Your click on order {order_id} may or may not have counted: the order service did not "
                "answer in time. The card will show it, and clicking again is harmless."
            )
        case NoWorkerAnswered():
            return (
                f"Your click on order {order_id} is safely stored. It will be carried out as soon as "
                "orchestration answers; there is no need to click again."
            )
        case _:
            return SOMETHING_BROKE
