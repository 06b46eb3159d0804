"""The sentence for each verdict on a decision, addressed to whoever decided, as in "your own order".

`bot/views/sentences/decisions.py` shows it in Slack, `orchestration/cli/output/sentences.py` in the terminal.
"""

from typing import assert_never

from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.wording.style import Style

MAX_DETAIL = 300
"""Characters of the reason for which an amendment was refused."""

_DECISION_NOUNS = {DecisionKind.APPROVE: "approval", DecisionKind.CANCEL: "cancellation"}
_DONE = {DecisionKind.APPROVE: "approved", DecisionKind.CANCEL: "cancelled"}


def verdict_sentence(verdict: Verdict, kind: DecisionKind, name: str, style: Style) -> str:
    """Say what the workflow answered to a decision. The sentence does not begin with a capital letter.

    `name` is what was decided about, as `subject_name` writes it.
    """
    match verdict.kind:
        case VerdictKind.RECORDED:
            return f"{name} is {_DONE[kind]}."
        case VerdictKind.COUNTED:
            whom = f" for {style.person(verdict.on_behalf_of)}" if verdict.on_behalf_of else ""
            return (
                f"your {_DECISION_NOUNS[kind]} of {name} counts{whom}: {verdict.counted} of {verdict.needed}."
            )
        case VerdictKind.HELD:
            return (
                f"{name} is still being checked. Your {_DECISION_NOUNS[kind]} is kept and will be judged as "
                "soon as that is done; the card will show it."
            )
        case VerdictKind.ASKED_SHIPPING:
            return (
                f"{name} is being shipped already. Shipping was asked whether it can still be stopped, which "
                "is not known yet; the card will show the answer."
            )
        case (
            VerdictKind.ALREADY_OVER
            | VerdictKind.ALREADY_APPROVED
            | VerdictKind.ALREADY_CANCELLED
            | VerdictKind.EXPIRED
            | VerdictKind.CARRIER_HAS_IT
            | VerdictKind.ORDER_CHANGED
        ):
            return _too_late(verdict, name, style)
        case (
            VerdictKind.OWN_ORDER
            | VerdictKind.BARRED
            | VerdictKind.NOT_AN_APPROVER
            | VerdictKind.NOT_A_MEMBER
            | VerdictKind.UNKNOWN_ACCOUNT
            | VerdictKind.NOT_AN_OPERATOR
            | VerdictKind.OVERRIDE_OFF
            | VerdictKind.REASON_NEEDED
        ):
            return _not_allowed(verdict.kind, name, style)
        case (
            VerdictKind.NOT_WAITING
            | VerdictKind.NOT_THE_REQUESTER
            | VerdictKind.ALREADY_ANSWERED
            | VerdictKind.TOO_MANY
            | VerdictKind.REFUSED
        ):
            return _request_refused(verdict, name, style)
        case VerdictKind.FORGED:
            return (
                f"that {style.decision} is not one of a card of {name}, or has been altered. Nothing "
                "happened."
            )
        case VerdictKind.MALFORMED:
            return f"the workflow of {name} could not read that {style.decision}. Nothing happened."
        case _:
            assert_never(verdict.kind)


def _too_late(verdict: Verdict, name: str, style: Style) -> str:
    match verdict.kind:
        case VerdictKind.EXPIRED:
            return f"{name} has expired; your {style.decision} came after its deadline."
        case VerdictKind.ALREADY_APPROVED if verdict.by is not None:
            return f"{style.person(verdict.by)} has already approved {name} on your behalf."
        case VerdictKind.ALREADY_APPROVED:
            return f"you have already approved {name}."
        case VerdictKind.ALREADY_CANCELLED:
            return f"you have already asked to cancel {name}; others have to agree."
        case VerdictKind.CARRIER_HAS_IT:
            return f"{name} can no longer be cancelled: the carrier has it."
        case VerdictKind.ORDER_CHANGED:
            return f"{name} has changed since {style.last_seen}. Look at it again, then decide."
        case _ if verdict.outcome is None:
            return f"{name} is already over."
        case _:
            return f"too late, {name} is decided. {style.outcome(verdict.outcome)}"


def _not_allowed(kind: VerdictKind, name: str, style: Style) -> str:
    match kind:
        case VerdictKind.OWN_ORDER:
            return f"{name} is your own: somebody else has to approve it."
        case VerdictKind.BARRED:
            return f"you may not approve {name}: separation of duties asks for somebody else."
        case VerdictKind.NOT_A_MEMBER:
            return (
                f"only full members of this workspace decide about {name}: your {style.decision} does not "
                "count."
            )
        case VerdictKind.UNKNOWN_ACCOUNT:
            return f"Slack did not say who you are, so nothing happened to {name}. Try again in a moment."
        case VerdictKind.NOT_AN_OPERATOR:
            return f"you are not an operator of {name}'s tier, so you cannot decide alone."
        case VerdictKind.OVERRIDE_OFF:
            return f"nobody may decide {name} alone: its tier does not allow overrides."
        case VerdictKind.REASON_NEEDED:
            return f"to decide {name} alone you have to give a reason."
        case _:
            return f"you are not an approver of {name}, so your {style.decision} does not count."


def _request_refused(verdict: Verdict, name: str, style: Style) -> str:
    match verdict.kind:
        case VerdictKind.NOT_THE_REQUESTER:
            return f"only whoever asked for {name} may do that."
        case VerdictKind.ALREADY_ANSWERED:
            return f"that question about {name} has been answered already."
        case VerdictKind.TOO_MANY:
            return f"{name} has too many questions already. Talk in its thread instead."
        case VerdictKind.REFUSED:
            detail = style.text(verdict.detail or "", MAX_DETAIL)
            return f"{name} stays as it is, the change was refused: {detail}"
        case _:
            return f"{name} does not wait for that (any more)."
