"""Sentences for users who decided, or whose form or command could not be handled."""

from bot.block_kit.text import escape, person, slack_date
from bot.views.parts.slack_style import SLACK_STYLE
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
from orchestration.ports.orders import FinalState
from orchestration.wording import verdicts
from orchestration.wording.style import capitalized

ALTERED_BUTTON = "This button is not one of mine, or has been altered. Nothing happened."
ALTERED_FORM = "This form is not one of mine, or has been altered. Nothing happened."
ODD_COMMAND = "I could not read that command. Try `/order help`."
SOMETHING_BROKE = "Something went wrong on my side, and it has been logged. Please try again."
DATABASE_AWAY = "I cannot reach my database right now. Please try again in a minute."


def verdict_sentence(verdict: Verdict | None, kind: DecisionKind, name: str) -> str | None:
    """Say what the workflow answered to a click; None if the card's own change says it all.

    A verdict that is None is not known yet. `name` is what `subject_name` returns.
    """
    if verdict is None:
        return f"Your click on {name} is safely stored and not yet carried out. The card will show it."
    if verdict.kind is VerdictKind.RECORDED:
        return None
    return capitalized(verdicts.verdict_sentence(verdict, kind, name, SLACK_STYLE))


def too_slow(again: str) -> str:
    """Say that Slack's three seconds to open a form were over; `again` is what to do: "click again"."""
    return f"That took too long, and no form was opened. Please {again}."


def maybe_opened(again: str) -> str:
    """Say that Slack did not answer whether it opened a form."""
    return f"Slack did not say whether it opened the form. If you do not see it, please {again}."


def not_reached(name: str) -> str:
    """Say that an order cannot be changed because its workflow cannot be queried."""
    return (
        f"{capitalized(name)} cannot be changed right now: the order service does not answer. Nothing "
        "happened; please try again in a minute."
    )


def over_sentence(name: str, ended: FinalState | None) -> str:
    """Say how an order or refund ended, once its workflow has closed; None if that is unknown."""
    if ended is None:
        return f"{capitalized(name)} is already over. Nothing happened."
    whom = f" by {person(ended.by)}" if ended.by else ""
    reason = f" Reason: {escape(ended.reason, 300)}" if ended.reason else ""
    return (
        f"{capitalized(name)} is already over: it {ended.status_text}{whom} ({slack_date(ended.at)}).{reason}"
    )


def error_sentence(error: CountersignError, name: str) -> str:
    """Say what an error means for a user who clicked or asked."""
    match error:
        case OrderNotFound():
            return f"There is no {name}."
        case OrderOver():
            return f"{capitalized(name)} is already over."
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
