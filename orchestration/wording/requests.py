"""The sentence for each verdict on a question, an answer or an amendment, addressed to whoever sent it."""

from typing import assert_never

from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.wording.style import Style
from orchestration.wording.verdicts import verdict_sentence

_NOUNS = {
    RequestKind.QUESTION: "question about",
    RequestKind.ANSWER: "answer about",
    RequestKind.AMENDMENT: "change of",
}


def request_name(kind: RequestKind, name: str) -> str:
    """Name a request: "question about order ord-1"."""
    return f"{_NOUNS[kind]} {name}"


def request_sentence(verdict: Verdict, kind: RequestKind, name: str, style: Style) -> str:
    """Say what the workflow answered to a request. The sentence does not begin with a capital letter.

    `name` is what the request was about, as `subject_name` writes it.
    """
    request = request_name(kind, name)
    match verdict.kind:
        case VerdictKind.RECORDED:
            return _recorded(kind, name)
        case VerdictKind.HELD:
            return (
                f"your {request} is still being checked. The thread of the card will say when it is done; if "
                "it is refused, the history in the card's menu says why."
            )
        case VerdictKind.NOT_AN_APPROVER:
            return (
                f"you are not an approver of {name}, so your question was not passed on. You can "
                "ask in the thread of its card."
            )
        case VerdictKind.NOT_A_MEMBER:
            return f"only full members of this workspace may do that, so your {request} was not passed on."
        case VerdictKind.UNKNOWN_ACCOUNT:
            return (
                f"Slack did not say who you are, so your {request} was not passed on. Try again in a moment."
            )
        case VerdictKind.ORDER_CHANGED:
            return (
                f"{name} was changed since {style.opened_for_change}, so your change was not made. "
                "Look at it again, then change it."
            )
        case _:
            # The other verdicts read the same for decisions and requests.
            return verdict_sentence(verdict, DecisionKind.APPROVE, name, style)


def _recorded(kind: RequestKind, name: str) -> str:
    match kind:
        case RequestKind.QUESTION:
            return (
                f"your question about {name} is asked. It stands in the thread of the card, and so "
                "will the answer."
            )
        case RequestKind.ANSWER:
            return f"thank you: your answer about {name} is passed on, and goes into its thread."
        case RequestKind.AMENDMENT:
            return f"{name} is changed; it has to be approved anew."
        case _:
            assert_never(kind)
