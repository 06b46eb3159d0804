"""The gate's judgement: from (gate, decision) to (gate, verdict), pure.

It knows nothing of clocks, workflows or Slack. Once a gate has an outcome it never changes again.
"""

from datetime import datetime

from orchestration.domain.actor import SYSTEM, Actor, ActorKind, Surface
from orchestration.domain.approval import accounts
from orchestration.domain.approval.assignment import assign
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.eligibility import Eligibility
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.policy.tier import Override, Tier


def approve_automatically(gate: Gate, at: datetime) -> Gate:
    """End the gate as approved by the system, since nobody has to be asked."""
    return gate if gate.outcome else end(gate, Outcome(kind=OutcomeKind.APPROVED, by=SYSTEM, at=at))


def judge(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    """Judge one decision on an open (or not yet open, or ended) gate. `now` is the workflow's time."""
    # A clock that runs ahead must not push a click past the deadline that it was in time for.
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


def wants_override(decision: Decision) -> bool:
    """Whether somebody means to decide alone: an operator at the command line always does."""
    return decision.override or decision.actor.kind is ActorKind.OPERATOR


def account_refusal(gate: Gate, decision: Decision) -> VerdictKind | None:
    """Why this actor's Slack account may not decide so; None if it may."""
    # Before the gate opens it may not be known whose order it is: the decision is held, and judged again.
    is_own = gate.tier is None or decision.actor.id == gate.requester
    return accounts.refusal(decision.actor, own=is_own and decision.kind is DecisionKind.CANCEL)


def cancel_refusal(gate: Gate, decision: Decision) -> VerdictKind | None:
    """Why this actor may not cancel; None if they may, if perhaps not alone.

    Operators, whoever asked for the order, and those whom the tier asks may; also those of them whom
    separation of duties keeps from approving, since to stop an order is always safe.
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
    """Whether one cancel of this actor is enough."""
    alone = wants_override(decision) or decision.actor.id == gate.requester
    return alone or gate.tier is None or gate.tier.cancel_count == 1


def add_cancel(gate: Gate, cancels: tuple[Decision, ...], decision: Decision) -> tuple[Decision, ...] | None:
    """Add one cancel to those that count; None if this actor, or who they speak for, is among them."""
    eligibility = gate.eligibility
    if eligibility is None or _has(cancels, decision):
        return None
    candidates = [eligibility.unrestricted_candidates(each.actor) for each in (*cancels, decision)]
    capacities = [len(candidates)] * len(eligibility.tier.requirements)
    return None if assign(candidates, capacities) is None else (*cancels, decision)


def override_refusal(gate: Gate, decision: Decision) -> VerdictKind | None:
    """Why this actor may not decide alone; None if they may."""
    actor, tier = decision.actor, gate.tier
    is_operator = actor.kind is ActorKind.OPERATOR or bool(tier and actor.id in tier.operators)
    if not is_operator:
        return VerdictKind.NOT_AN_OPERATOR
    # Whoever cancels in Temporal itself has Temporal's permission, and could as well terminate the order.
    if tier is None or decision.surface is Surface.TEMPORAL:
        return None
    if tier.override is Override.NEVER:
        return VerdictKind.OVERRIDE_OFF
    if tier.override is Override.WITH_REASON and not decision.note:
        return VerdictKind.REASON_NEEDED
    return None


def end(gate: Gate, outcome: Outcome) -> Gate:
    """End it; nothing is waited for any more."""
    nothing = {
        "next_escalation_at": None,
        "next_reminder_at": None,
        "paused_at": None,
        "paused_deadline": None,
    }
    return gate.model_copy(update={"outcome": outcome, **nothing})


def _judge_before_opening(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    # Who is an approver is not known yet; who is the requester, or at the command line, is.
    known = decision.actor.id == gate.requester or decision.actor.kind is ActorKind.OPERATOR
    if decision.kind is DecisionKind.CANCEL and known:
        return _decide(gate, decision, OutcomeKind.CANCELLED, now)
    return gate, _verdict(decision, VerdictKind.HELD, now)


def _judge_override(gate: Gate, tier: Tier, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    approves = decision.kind is DecisionKind.APPROVE
    refusal = override_refusal(gate, decision)
    own = decision.actor.kind is ActorKind.SLACK_USER and decision.actor.id == gate.requester
    if approves and own and not tier.requester_may_approve:
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
    # Whoever cancels no longer approves.
    gate = gate.model_copy(update={"cancels": cancels, "approvals": _without(gate.approvals, decision)})
    return gate, counted(decision, len(cancels), tier.cancel_count, now)


def _judge_approval(gate: Gate, tier: Tier, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    eligibility = gate.eligibility_of(tier)
    if not eligibility.candidates(decision.actor):
        return gate, _verdict(decision, _why_not(eligibility, decision.actor), now)
    if _has(gate.approvals, decision):
        return gate, _verdict(decision, VerdictKind.ALREADY_APPROVED, now)
    approvals = (*gate.approvals, decision)
    if gate.assigned(approvals) is None:
        # A colleague who speaks for them, or for whom they would speak, has used the seat.
        verdict = _verdict(decision, VerdictKind.ALREADY_APPROVED, now)
        return gate, verdict.model_copy(update={"by": _who_has_it(gate, decision)})
    gate = gate.model_copy(update={"approvals": approvals, "cancels": _without(gate.cancels, decision)})
    for_whom = {"on_behalf_of": gate.approved_for[-1]}
    if gate.is_met:
        gate, verdict = _decide(gate, decision, OutcomeKind.APPROVED, now)
    else:
        verdict = counted(decision, gate.counted, gate.needed, now)
    return gate, verdict.model_copy(update=for_whom)


def _why_not(eligibility: Eligibility, actor: Actor) -> VerdictKind:
    if actor.id == eligibility.requester and not eligibility.tier.requester_may_approve:
        return VerdictKind.OWN_ORDER
    return VerdictKind.BARRED if eligibility.unrestricted_candidates(actor) else VerdictKind.NOT_AN_APPROVER


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
    elif decision.kind is DecisionKind.APPROVE and _has(gate.approvals, decision):
        kind = VerdictKind.ALREADY_APPROVED
    return _verdict(decision, kind, now).model_copy(update={"outcome": outcome})


def _decide(gate: Gate, decision: Decision, kind: OutcomeKind, now: datetime) -> tuple[Gate, Verdict]:
    override = wants_override(decision)
    outcome = Outcome(kind=kind, by=decision.actor, at=now, note=decision.note, override=override)
    return end(gate, outcome), _verdict(decision, VerdictKind.RECORDED, now)


def _has(decisions: tuple[Decision, ...], decision: Decision) -> bool:
    return any(decision.actor.is_same_as(earlier.actor) for earlier in decisions)


def _without(decisions: tuple[Decision, ...], decision: Decision) -> tuple[Decision, ...]:
    return tuple(each for each in decisions if not each.actor.is_same_as(decision.actor))


def counted(decision: Decision, have: int, needed: int, now: datetime) -> Verdict:
    """Answer a decision that counts, and needs others with it."""
    verdict = _verdict(decision, VerdictKind.COUNTED, now)
    return verdict.model_copy(update={"counted": have, "needed": needed})


def _verdict(decision: Decision, kind: VerdictKind, now: datetime) -> Verdict:
    return Verdict(decision_id=decision.decision_id, kind=kind, at=now)
