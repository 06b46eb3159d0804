"""Sentences for users who asked a question, answered one, or amended an order."""

from bot.views.parts.slack_style import SLACK_STYLE
from bot.views.sentences.decisions import SOMETHING_BROKE
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.wording import requests
from orchestration.wording.requests import request_name
from orchestration.wording.style import capitalized


def request_sentence(verdict: Verdict | None, kind: RequestKind, name: str) -> str:
    """Say what the workflow answered to a request; a verdict that is None is not known yet."""
    if verdict is None:
        request = request_name(kind, name)
        return f"Your {request} is safely stored and not yet carried out. The card will show it."
    return capitalized(requests.request_sentence(verdict, kind, name, SLACK_STYLE))


def request_error(error: CountersignError, kind: RequestKind, name: str) -> str:
    """Say what an error means for a user who asked, answered or amended."""
    request = request_name(kind, name)
    match error:
        case TemporalUnavailable():
            return (
                "Nothing happened: the order service cannot be reached right now. Please try again in a "
                "minute."
            )
        case OutcomeUnknown():
            return (
                f"Your {request} may or may not have arrived: the order service did not answer in time. Look "
                "at the card and its thread before you send it again."
            )
        case NoWorkerAnswered():
            return (
                f"Your {request} is safely stored. It will be carried out as soon as orchestration answers; "
                "there is no need to send it again."
            )
        case _:
            return SOMETHING_BROKE
