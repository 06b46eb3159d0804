"""Verdicts and errors become the sentences that a user reads, here and in `talk_sentences` only."""

from typing import assert_never

from bot.block_kit.text import escape, person, slack_date
from bot.views.parts import approval_parts
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.orders import Ended

ALTERED_BUTTON = "This button is not one of mine, or has been altered. Nothing happened."
ALTERED_FORM = "This form is not one of mine, or has been altered. Nothing happened."
ODD_COMMAND = "I could not read that command. Try `/order help`."
SOMETHING_BROKE = "Something went wrong on my side, and it has been logged. Please try again."
DATABASE_AWAY = "I cannot reach my database right now. Please try again in a minute."

_DONE = {DecisionKind.APPROVE: "approval", DecisionKind.CANCEL: "cancellation"}


def named(subject: Subject, order_id: str) -> str:
    """Name what a sentence is about: "order ord-1", "the refund of order ord-1"."""
    return f"order {order_id}" if subject is Subject.ORDER else f"the {subject} of order {order_id}"


def start(name: str) -> str:
    """The same at the beginning of a sentence."""
    return name[:1].upper() + name[1:]


def verdict_sentence(verdict: Verdict | None, kind: DecisionKind, name: str) -> str | None:
    """Say what became of a click; None where the card's own change says it all."""
    if verdict is None:
        return f"Your click on {name} is safely stored and not yet carried out. The card will show it."
    match verdict.kind:
        case VerdictKind.RECORDED:
            return None
        case VerdictKind.COUNTED:
            whom = f" for {person(verdict.on_behalf_of)}" if verdict.on_behalf_of else ""
            return f"Your {_DONE[kind]} of {name} counts{whom}: {verdict.counted} of {verdict.needed}."
        case VerdictKind.HELD:
            return (
                f"{start(name)} is still being checked. Your {_DONE[kind]} is kept and will be judged as "
                "soon as that is done; the card will show it."
            )
        case VerdictKind.ASKED_SHIPPING:
            return (
                f"{start(name)} is being shipped already. I asked shipping whether it can still be "
                "stopped; the card will show the answer."
            )
        case (
            VerdictKind.ALREADY_OVER
            | VerdictKind.ALREADY_APPROVED
            | VerdictKind.ALREADY_CANCELLED
            | VerdictKind.EXPIRED
        ):
            return _too_late(verdict, name)
        case VerdictKind.ORDER_CHANGED:
            return f"{start(name)} has changed since this card was drawn. Look at it again, then decide."
        case VerdictKind.OWN_ORDER:
            return f"{start(name)} is your own: somebody else has to approve it."
        case VerdictKind.BARRED:
            return f"You may not approve {name}: separation of duties asks for somebody else."
        case VerdictKind.NOT_AN_OPERATOR | VerdictKind.OVERRIDE_OFF | VerdictKind.REASON_NEEDED:
            return _no_override(verdict.kind, name)
        case VerdictKind.NOT_AN_APPROVER:
            return f"You are not an approver of {name}, so your click does not count."
        case VerdictKind.NOT_A_MEMBER:
            return f"Only full members of this workspace decide about {name}: your click does not count."
        case VerdictKind.UNKNOWN_ACCOUNT:
            return (
                f"Slack did not tell me who you are, so nothing happened to {name}. Click again in a moment."
            )
        case VerdictKind.FORGED:
            return f"That click is not one of a card of {name}, or has been altered. Nothing happened."
        case (
            VerdictKind.NOT_WAITING
            | VerdictKind.NOT_THE_REQUESTER
            | VerdictKind.ALREADY_ANSWERED
            | VerdictKind.TOO_MANY
            | VerdictKind.REFUSED
        ):
            return _no_change(verdict, name)
        case VerdictKind.CARRIER_HAS_IT:
            return f"{start(name)} can no longer be cancelled: the carrier has it."
        case VerdictKind.MALFORMED:
            return f"{start(name)} did not understand that click. Nothing happened."
        case _:
            assert_never(verdict.kind)


def _too_late(verdict: Verdict, name: str) -> str:
    if verdict.kind is VerdictKind.EXPIRED:
        return f"{start(name)} has expired; your click came after its deadline."
    if verdict.kind is VerdictKind.ALREADY_APPROVED and verdict.by is not None:
        return f"{person(verdict.by)} has already approved {name} on your behalf."
    if verdict.kind is VerdictKind.ALREADY_APPROVED:
        return f"You have already approved {name}."
    if verdict.kind is VerdictKind.ALREADY_CANCELLED:
        return f"You have already asked to cancel {name}; others have to agree."
    if verdict.outcome is None:
        return f"{start(name)} is already over."
    return f"Too late, {name} is decided. {approval_parts.outcome(verdict.outcome)}"


def _no_change(verdict: Verdict, name: str) -> str:
    match verdict.kind:
        case VerdictKind.NOT_THE_REQUESTER:
            return f"Only whoever asked for {name} may do that."
        case VerdictKind.ALREADY_ANSWERED:
            return f"That question about {name} has been answered already."
        case VerdictKind.TOO_MANY:
            return f"{start(name)} has too many questions already. Talk in its thread instead."
        case VerdictKind.REFUSED:
            why = escape(verdict.detail or "", 300)
            return f"{start(name)} stays as it is, the change was refused: {why}"
        case _:
            return f"{start(name)} does not wait for that (any more)."


def _no_override(kind: VerdictKind, name: str) -> str:
    if kind is VerdictKind.OVERRIDE_OFF:
        return f"Nobody may decide {name} alone: its tier does not allow overrides."
    if kind is VerdictKind.REASON_NEEDED:
        return f"To decide {name} alone you have to give a reason."
    return f"You are not an operator of {name}'s tier, so you cannot decide alone."


def too_slow(again: str) -> str:
    """Say that a form could not be opened in time; `again` is what to do: "click again"."""
    return f"That took too long, and no form was opened. Please {again}."


def maybe_opened(again: str) -> str:
    """Say that nobody knows whether a form was opened."""
    return f"Slack did not say whether it opened the form. If you do not see it, please {again}."


def not_reached(name: str) -> str:
    """Say that an order cannot be looked at, and so not be changed."""
    return (
        f"{start(name)} cannot be changed right now: the order service does not answer. Nothing happened; "
        "please try again in a minute."
    )


def over_sentence(name: str, ended: Ended | None) -> str:
    """Say how something ended whose workflow is gone."""
    if ended is None:
        return f"{start(name)} is already over. Nothing happened."
    whom = f" by {person(ended.by)}" if ended.by else ""
    reason = f" Reason: {escape(ended.reason, 300)}" if ended.reason else ""
    return f"{start(name)} is already over: it {ended.status_text}{whom} ({slack_date(ended.at)}).{reason}"


def error_sentence(error: CountersignError, name: str) -> str:
    """Say what an error means for somebody who clicked or asked."""
    match error:
        case OrderNotFound():
            return f"There is no {name}."
        case OrderOver():
            return f"{start(name)} is already over."
        case TemporalUnavailable():
            return (
                "Nothing happened: the order service cannot be reached right now. Please click again in a "
                "minute."
            )
        case OutcomeUnknown():
            return (
                f"Your click on {name} may or may not have counted: the order service did not "
                "answer in time. The card will show it, and clicking again is harmless."
            )
        case NoWorkerAnswered():
            return (
                f"Your click on {name} is safely stored. It will be carried out as soon as "
                "orchestration answers; there is no need to click again."
            )
        case _:
            return SOMETHING_BROKE
