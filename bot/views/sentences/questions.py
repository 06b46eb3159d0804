"""Verdicts and errors of questions, answers and amendments, as the sentences that a user reads."""

from typing import assert_never

from bot.views.sentences.decisions import SOMETHING_BROKE, start, verdict_sentence
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OutcomeUnknown,
    TemporalUnavailable,
)

_NAMES = {
    RequestKind.QUESTION: "question about",
    RequestKind.ANSWER: "answer about",
    RequestKind.AMENDMENT: "change of",
}


def request_sentence(verdict: Verdict | None, kind: RequestKind, name: str) -> str:
    """Say what became of it."""
    what = f"{_NAMES[kind]} {name}"
    if verdict is None:
        return f"Your {what} is safely stored and not yet carried out. The card will show it."
    match verdict.kind:
        case VerdictKind.RECORDED:
            return _done(kind, name)
        case VerdictKind.HELD:
            return (
                f"Your {what} is still being checked. The thread of the card will say when it is done; if it "
                "is refused, the history in the card's menu says why."
            )
        case VerdictKind.NOT_AN_APPROVER:
            return (
                f"You are not an approver of {name}, so your question was not passed on. You can "
                "ask in the thread of its card."
            )
        case VerdictKind.NOT_A_MEMBER:
            return f"Only full members of this workspace may do that, so your {what} was not passed on."
        case VerdictKind.UNKNOWN_ACCOUNT:
            return (
                f"Slack did not tell me who you are, so your {what} was not passed on. Try again in a moment."
            )
        case VerdictKind.ORDER_CHANGED:
            return (
                f"{start(name)} was changed since you opened the form, so your change was not made. "
                "Look at it again, then change it."
            )
        case _:
            # What is decided, over or refused is said as it is of clicks.
            return verdict_sentence(verdict, DecisionKind.APPROVE, name) or SOMETHING_BROKE


def request_error(error: CountersignError, kind: RequestKind, name: str) -> str:
    """Say what an error means for somebody who asked, answered or amended."""
    what = f"{_NAMES[kind]} {name}"
    match error:
        case TemporalUnavailable():
            return (
                "Nothing happened: the order service cannot be reached right now. Please try again in a "
                "minute."
            )
        case OutcomeUnknown():
            return (
                f"Your {what} may or may not have arrived: the order service did not answer in time. Look "
                "at the card and its thread before you send it again."
            )
        case NoWorkerAnswered():
            return (
                f"Your {what} is safely stored. It will be carried out as soon as orchestration answers; "
                "there is no need to send it again."
            )
        case _:
            return SOMETHING_BROKE


def _done(kind: RequestKind, name: str) -> str:
    match kind:
        case RequestKind.QUESTION:
            return (
                f"Your question about {name} is asked. It stands in the thread of the card, and so "
                "will the answer."
            )
        case RequestKind.ANSWER:
            return f"Thank you: your answer about {name} is passed on, and goes into its thread."
        case RequestKind.AMENDMENT:
            return f"{start(name)} is changed. What was approved before is void."
        case _:
            assert_never(kind)
