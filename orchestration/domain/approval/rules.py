"""Applies a decision to a gate and returns the changed gate with the verdict. Pure functions.

Nothing here reads a clock. A gate that has an outcome does not change any more.
"""

from datetime import datetime

from orchestration.domain.actor import SYSTEM, ActorKind
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.permissions import (
    account_refusal,
    add_cancel,
    approval_refusal,
    cancel_refusal,
    cancels_alone,
    contains_actor,
    override_refusal,
    wants_override,
)
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.policy.tier import Tier


def approve_automatically(gate: Gate, at: datetime) -> Gate:
    """Close the gate as approved by the system, for a tier that asks nobody."""
    return gate if gate.outcome else close_gate(gate, Outcome(kind=OutcomeKind.APPROVED, by=SYSTEM, at=at))


def judge(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    """Judge one decision, whether the gate is open, not open yet or closed. `now` is the workflow's time."""
    # A click that was in time must not miss the deadline because the clock that stamped it runs fast.
    clicked_at = min(decision.decided_at, now)
    if gate.outcome is not None:
        return gate, _too_late(gate, decision, now)
    if (refusal := account_refusal(gate, decision)) is not None:
        return gate, _verdict(decision, refusal, now)
    if gate.tier is None:
        return _judge_before_opening(gate, decision, now)
    if decision.revision is not None and decision.revision != gate.revision:
        return gate, _verdict(decision, VerdictKind.ORDER_CHANGED, now)
    if gate.deadline is not None and clicked_at >= gate.deadline:
        return gate, _verdict(decision, VerdictKind.EXPIRED, now)
    if wants_override(decision):
        return _judge_override(gate, gate.tier, decision, now)
    if decision.kind is DecisionKind.CANCEL:
        return _judge_cancel(gate, gate.tier, decision, now)
    return _judge_approval(gate, gate.tier, decision, now)


def close_gate(gate: Gate, outcome: Outcome) -> Gate:
    """Give the gate its outcome, and stop its timers."""
    nothing = {
        "next_escalation_at": None,
        "next_reminder_at": None,
        "paused_at": None,
        "paused_deadline": None,
    }
    return gate.model_copy(update={"outcome": outcome, **nothing})


def _judge_before_opening(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    # The approvers are not known yet, but the requester and operators at the command line are.
    known = decision.actor.id == gate.requester or decision.actor.kind is ActorKind.OPERATOR
    if decision.kind is DecisionKind.CANCEL and known:
        return _decide(gate, decision, OutcomeKind.CANCELLED, now)
    return gate, _verdict(decision, VerdictKind.HELD, now)


def _judge_override(gate: Gate, tier: Tier, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    approves = decision.kind is DecisionKind.APPROVE
    refusal = override_refusal(gate, decision)
    is_person = decision.actor.kind is ActorKind.SLACK_USER
    if approves and is_person and gate.eligibility_of(tier).is_own_request(decision.actor.id):
        refusal = VerdictKind.OWN_ORDER
    if refusal is not None:
        return gate, _verdict(decision, refusal, now)
    return _decide(gate, decision, OutcomeKind.APPROVED if approves else OutcomeKind.CANCELLED, now)


def _judge_cancel(gate: Gate, tier: Tier, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    refusal = cancel_refusal(gate, decision)
    if refusal is not None:
        return gate, _verdict(decision, refusal, now)
    if cancels_alone(gate, decision):
        return _decide(gate, decision, OutcomeKind.CANCELLED, now)
    cancels = add_cancel(gate, gate.cancels, decision)
    if cancels is None:
        return gate, _verdict(decision, VerdictKind.ALREADY_CANCELLED, now)
    if len(cancels) >= tier.cancel_count:
        return _decide(gate, decision, OutcomeKind.CANCELLED, now)
    # A cancel takes back the same actor's approval.
    gate = gate.model_copy(update={"cancels": cancels, "approvals": _without(gate.approvals, decision)})
    return gate, counted_verdict(decision, len(cancels), tier.cancel_count, now)


def _judge_approval(gate: Gate, tier: Tier, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    eligibility = gate.eligibility_of(tier)
    if not eligibility.candidates(decision.actor):
        return gate, _verdict(decision, approval_refusal(eligibility, decision.actor), now)
    if contains_actor(gate.approvals, decision):
        return gate, _verdict(decision, VerdictKind.ALREADY_APPROVED, now)
    approvals = (*gate.approvals, decision)
    if gate.assign_approvals(approvals) is None:
        # A colleague has approved on this actor's behalf, or for the person they would approve for.
        verdict = _verdict(decision, VerdictKind.ALREADY_APPROVED, now)
        return gate, verdict.model_copy(update={"by": _who_has_it(gate, decision)})
    gate = gate.model_copy(update={"approvals": approvals, "cancels": _without(gate.cancels, decision)})
    for_whom = {"on_behalf_of": gate.approved_for[-1]}
    if gate.is_met:
        gate, verdict = _decide(gate, decision, OutcomeKind.APPROVED, now)
    else:
        verdict = counted_verdict(decision, gate.counted, gate.needed, now)
    return gate, verdict.model_copy(update=for_whom)


def _who_has_it(gate: Gate, decision: Decision) -> str | None:
    wanted = {decision.actor.id, *(each.person for each in decision.actor.delegations)}
    for approval, principal in zip(gate.approvals, gate.approved_for, strict=True):
        if (principal or approval.actor.id) in wanted:
            return approval.actor.id
    return None


def _too_late(gate: Gate, decision: Decision, now: datetime) -> Verdict:
    outcome = gate.outcome
    kind = VerdictKind.ALREADY_OVER
    if outcome is not None and outcome.kind is OutcomeKind.EXPIRED:
        kind = VerdictKind.EXPIRED
    elif decision.kind is DecisionKind.APPROVE and contains_actor(gate.approvals, decision):
        kind = VerdictKind.ALREADY_APPROVED
    return _verdict(decision, kind, now).model_copy(update={"outcome": outcome})


def _decide(gate: Gate, decision: Decision, kind: OutcomeKind, now: datetime) -> tuple[Gate, Verdict]:
    override = wants_override(decision)
    outcome = Outcome(kind=kind, by=decision.actor, at=now, note=decision.note, override=override)
    return close_gate(gate, outcome), _verdict(decision, VerdictKind.RECORDED, now)


def _without(decisions: tuple[Decision, ...], decision: Decision) -> tuple[Decision, ...]:
    return tuple(each for each in decisions if not each.actor.is_same_as(decision.actor))


def counted_verdict(decision: Decision, have: int, needed: int, now: datetime) -> Verdict:
    """Return the verdict for a decision that counts but needs more people."""
    verdict = _verdict(decision, VerdictKind.COUNTED, now)
    return verdict.model_copy(update={"counted": have, "needed": needed})


def _verdict(decision: Decision, kind: VerdictKind, now: datetime) -> Verdict:
    return Verdict(decision_id=decision.decision_id, kind=kind, at=now)
