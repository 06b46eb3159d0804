"""Returns why an actor may not make a decision: approve, cancel, or decide alone as an operator.

Who may approve under a tier, and separation of duties, are decided in `eligibility`.
"""

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval import accounts
from orchestration.domain.approval.assignment import assign
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.eligibility import Eligibility
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.policy.tier import Override


def wants_override(decision: Decision) -> bool:
    """Whether the actor wants to decide alone; an operator at the command line always does."""
    return decision.override or decision.actor.kind is ActorKind.OPERATOR


def account_refusal(gate: Gate, decision: Decision) -> VerdictKind | None:
    """Return why this kind of Slack account may not make this decision; None if it may."""
    # Before the gate opens the requester may be unknown: the decision is held and judged again later.
    is_own = gate.tier is None or decision.actor.id == gate.requester
    return accounts.refusal(decision.actor, own=is_own and decision.kind is DecisionKind.CANCEL)


def approval_refusal(eligibility: Eligibility, actor: Actor) -> VerdictKind:
    """Return why an actor without a way to approve has none."""
    if eligibility.is_own_request(actor.id):
        return VerdictKind.OWN_ORDER
    return VerdictKind.BARRED if eligibility.unrestricted_candidates(actor) else VerdictKind.NOT_AN_APPROVER


def cancel_refusal(gate: Gate, decision: Decision) -> VerdictKind | None:
    """Return why this actor may not cancel; None if they may, though perhaps not alone.

    Operators, the requester and the tier's approvers may. So may approvers who are barred from approving:
    stopping an order is always safe.
    """
    if wants_override(decision):
        return override_refusal(gate, decision)
    eligibility = gate.eligibility
    if decision.actor.id == gate.requester or (
        eligibility and eligibility.unrestricted_candidates(decision.actor)
    ):
        return None
    return VerdictKind.NOT_AN_APPROVER


def cancels_alone(gate: Gate, decision: Decision) -> bool:
    """Whether a cancel by this actor takes effect without others."""
    alone = wants_override(decision) or decision.actor.id == gate.requester
    return alone or gate.tier is None or gate.tier.cancel_count == 1


def add_cancel(gate: Gate, cancels: tuple[Decision, ...], decision: Decision) -> tuple[Decision, ...] | None:
    """Add a cancel to those that count; None if this actor, or who they decide for, has cancelled already."""
    eligibility = gate.eligibility
    if eligibility is None or contains_actor(cancels, decision):
        return None
    candidates = [eligibility.unrestricted_candidates(each.actor) for each in (*cancels, decision)]
    capacities = [len(candidates)] * len(eligibility.tier.requirements)
    return None if assign(candidates, capacities) is None else (*cancels, decision)


def override_refusal(gate: Gate, decision: Decision) -> VerdictKind | None:
    """Return why this actor may not decide alone; None if they may."""
    actor, tier = decision.actor, gate.tier
    is_operator = actor.kind is ActorKind.OPERATOR or bool(tier and actor.id in tier.operators)
    if not is_operator:
        return VerdictKind.NOT_AN_OPERATOR
    # Whoever cancels the workflow in Temporal has access to Temporal and could terminate it as well.
    if tier is None or decision.surface is Surface.TEMPORAL:
        return None
    if tier.override is Override.NEVER:
        return VerdictKind.OVERRIDE_OFF
    if tier.override is Override.WITH_REASON and not decision.note:
        return VerdictKind.REASON_NEEDED
    return None


def contains_actor(decisions: tuple[Decision, ...], decision: Decision) -> bool:
    """Whether one of these decisions was made by the same actor."""
    return any(decision.actor.is_same_as(earlier.actor) for earlier in decisions)
