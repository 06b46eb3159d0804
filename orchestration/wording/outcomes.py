"""How an approval ended, and by whom."""

from orchestration.domain.actor import ActorKind
from orchestration.domain.approval.verdict import Outcome, OutcomeKind
from orchestration.wording.names import actor_name
from orchestration.wording.style import Style

_ENDED = {
    OutcomeKind.APPROVED: "approved",
    OutcomeKind.CANCELLED: "cancelled",
    OutcomeKind.EXPIRED: "expired",
}


def outcome_phrase(outcome: Outcome, style: Style) -> str:
    """Say how an approval ended and by whom: "approved by operator ana alone, as an override"."""
    ended = _ENDED[outcome.kind]
    if outcome.kind is OutcomeKind.EXPIRED:
        return ended
    if outcome.kind is OutcomeKind.APPROVED and outcome.by.kind is ActorKind.SYSTEM:
        return "needed nobody's approval"
    alone = " alone, as an override" if outcome.override else ""
    return f"{ended} by {actor_name(outcome.by, style)}{alone}"
