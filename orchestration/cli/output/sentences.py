"""What people read in place of enums: verdicts, outcomes, actors."""

from typing import assert_never

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.policy.approval_policy import Subject


def actor_name(actor: Actor) -> str:
    """Name who did a thing."""
    match actor.kind:
        case ActorKind.SLACK_USER:
            return f"Slack user {actor.id}"
        case ActorKind.OPERATOR:
            return f"operator {actor.id}"
        case ActorKind.SYSTEM:
            return "Countersign itself"
        case _:
            assert_never(actor.kind)


def outcome_words(outcome: Outcome) -> str:
    """Say how a thing ended and by whom."""
    match outcome.kind:
        case OutcomeKind.APPROVED:
            done = "approved"
        case OutcomeKind.CANCELLED:
            done = "cancelled"
        case OutcomeKind.EXPIRED:
            return "expired: nobody decided in time"
        case _:
            assert_never(outcome.kind)
    alone = ", alone as an override" if outcome.override else ""
    return f"{done} by {actor_name(outcome.by)}{alone}" + (f" ({outcome.note})" if outcome.note else "")


def verdict_sentence(
    order_id: str, kind: DecisionKind, verdict: Verdict, subject: Subject = Subject.ORDER
) -> str:
    """Say what became of a decision."""
    order = f"order {order_id}" if subject is Subject.ORDER else f"the refund of order {order_id}"
    ended = f": it was {outcome_words(verdict.outcome)}" if verdict.outcome else ""
    match verdict.kind:
        case VerdictKind.RECORDED:
            return f"Recorded: {order} is " + ("approved." if kind is DecisionKind.APPROVE else "cancelled.")
        case VerdictKind.COUNTED:
            what = "approvals" if kind is DecisionKind.APPROVE else "cancels"
            whom = f", on behalf of {verdict.on_behalf_of}" if verdict.on_behalf_of else ""
            return f"Counted{whom}: {verdict.counted} of {verdict.needed} {what} of {order}."
        case VerdictKind.HELD:
            return f"Held: {order} is not open for decisions yet; yours is judged as soon as it is."
        case VerdictKind.ASKED_SHIPPING:
            return f"Shipping has been asked to stop {order}; whether it still can is not known yet."
        case VerdictKind.ALREADY_OVER:
            return f"Refused: {order} has been decided already{ended}."
        case VerdictKind.ALREADY_APPROVED if verdict.by is not None:
            return f"Refused: {verdict.by} has approved {order} already, on your behalf."
        case VerdictKind.ALREADY_CANCELLED:
            return f"Refused: you have asked to cancel {order} already; others have to agree."
        case VerdictKind.ALREADY_APPROVED:
            return f"Refused: you have approved {order} already; the first approval counts."
        case VerdictKind.EXPIRED:
            return f"Refused: the time to decide about {order} is over."
        case VerdictKind.ORDER_CHANGED:
            return f"Refused: {order} has changed since you saw it. Look at it again, then decide."
        case VerdictKind.OWN_ORDER:
            return f"Refused: {order} was asked for by the same person, and nobody approves their own order."
        case VerdictKind.BARRED:
            return f"Refused: separation of duties keeps this person from approving {order}."
        case VerdictKind.NOT_AN_OPERATOR:
            return f"Refused: this person is no operator, and cannot decide about {order} alone."
        case VerdictKind.OVERRIDE_OFF:
            return f"Refused: the tier of {order} lets nobody decide alone. Use --as with an approver's id."
        case VerdictKind.REASON_NEEDED:
            return f"Refused: whoever decides about {order} alone has to say why. Add --reason."
        case VerdictKind.NOT_AN_APPROVER:
            return f"Refused: this person may not {kind.value} {order}."
        case VerdictKind.NOT_A_MEMBER:
            return f"Refused: only full members of the workspace may {kind.value} {order}."
        case VerdictKind.UNKNOWN_ACCOUNT:
            return f"Refused: Slack did not say who decided about {order}."
        case VerdictKind.NOT_WAITING:
            return f"Refused: {order} does not wait for that (any more)."
        case VerdictKind.NOT_THE_REQUESTER:
            return f"Refused: only whoever asked for {order} may do that."
        case VerdictKind.ALREADY_ANSWERED:
            return f"Refused: that question about {order} has been answered already."
        case VerdictKind.TOO_MANY:
            return f"Refused: {order} has too many questions already."
        case VerdictKind.REFUSED:
            return f"Refused: {order} stays as it is: {verdict.detail}"
        case VerdictKind.CARRIER_HAS_IT:
            return f"Refused: {order} cannot be cancelled any more, the carrier has it."
        case VerdictKind.MALFORMED:
            return f"Refused: the decision about {order} is malformed."
        case VerdictKind.FORGED:
            return f"Refused: the click on {order} was not one that Slack would send."
        case _:
            assert_never(verdict.kind)
