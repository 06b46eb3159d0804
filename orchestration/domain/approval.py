"""The gate: a pure state machine from (policy, decisions so far, decision) to a verdict.

It knows nothing of clocks, workflows or Slack. Every function returns a new gate; once a gate has an outcome
it never changes again.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from orchestration.domain.decision import (
    SYSTEM,
    ActorKind,
    Decision,
    DecisionKind,
    Outcome,
    OutcomeKind,
    Verdict,
    VerdictKind,
)
from orchestration.domain.policy import Tier


class Gate(BaseModel):
    """All that a gate has to remember. `tier` is None until the policy has been resolved."""

    model_config = ConfigDict(frozen=True)

    requester: str
    revision: int = 1
    tier: Tier | None = None
    opened_at: datetime | None = None
    deadline: datetime | None = None
    approvals: tuple[Decision, ...] = ()
    outcome: Outcome | None = None

    @property
    def needed(self) -> int:
        """How many approvals the tier asks for."""
        return self.tier.requirement.count if self.tier else 0


def open_gate(gate: Gate, tier: Tier, opened_at: datetime, deadline: datetime) -> Gate:
    """Start to wait for people."""
    return gate.model_copy(update={"tier": tier, "opened_at": opened_at, "deadline": deadline})


def approve_automatically(gate: Gate, at: datetime) -> Gate:
    """End the gate as approved by the system, since the order falls under no tier."""
    return gate if gate.outcome else _end(gate, Outcome(kind=OutcomeKind.APPROVED, by=SYSTEM, at=at))


def expire(gate: Gate, at: datetime) -> Gate:
    """End the wait because the deadline passed; a gate that has ended stays as it is."""
    return gate if gate.outcome else _end(gate, Outcome(kind=OutcomeKind.EXPIRED, by=SYSTEM, at=at))


def judge(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    """Judge one decision on an open (or not yet open, or ended) gate. `now` is the workflow's time."""
    # A clock that runs ahead must not push a click past the deadline that it was in time for.
    clicked_at = min(decision.decided_at, now)
    if gate.outcome is not None:
        return gate, _too_late(gate, decision, now)
    if gate.tier is None:
        return _judge_before_opening(gate, decision, now)
    if decision.revision is not None and decision.revision != gate.revision:
        return gate, _verdict(decision, VerdictKind.ORDER_CHANGED, now)
    if gate.deadline is not None and clicked_at >= gate.deadline:
        return gate, _verdict(decision, VerdictKind.EXPIRED, now)
    if decision.kind is DecisionKind.CANCEL:
        if not may_cancel(gate, decision):
            return gate, _verdict(decision, VerdictKind.NOT_AN_APPROVER, now)
        return _decide(gate, decision, OutcomeKind.CANCELLED, now)
    return _judge_approval(gate, decision, now)


def may_cancel(gate: Gate, decision: Decision) -> bool:
    """Operators, whoever asked for the order, and the tier's approvers may stop an order."""
    actor = decision.actor
    return actor.kind is ActorKind.OPERATOR or actor.id == gate.requester or _is_approver(gate, decision)


def _judge_before_opening(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    # Who is an approver is not known yet; who is the requester is.
    if decision.kind is DecisionKind.CANCEL and may_cancel(gate, decision):
        return _decide(gate, decision, OutcomeKind.CANCELLED, now)
    return gate, _verdict(decision, VerdictKind.HELD, now)


def _judge_approval(gate: Gate, decision: Decision, now: datetime) -> tuple[Gate, Verdict]:
    actor = decision.actor
    if actor.kind is ActorKind.OPERATOR:
        return _decide(gate, decision, OutcomeKind.APPROVED, now)
    if actor.id == gate.requester:
        return gate, _verdict(decision, VerdictKind.OWN_ORDER, now)
    if not _is_approver(gate, decision):
        return gate, _verdict(decision, VerdictKind.NOT_AN_APPROVER, now)
    if any(actor.is_same_as(earlier.actor) for earlier in gate.approvals):
        return gate, _verdict(decision, VerdictKind.ALREADY_APPROVED, now)
    gate = gate.model_copy(update={"approvals": (*gate.approvals, decision)})
    if len(gate.approvals) < gate.needed:
        counted = _verdict(decision, VerdictKind.COUNTED, now)
        return gate, counted.model_copy(update={"counted": len(gate.approvals), "needed": gate.needed})
    return _decide(gate, decision, OutcomeKind.APPROVED, now)


def _is_approver(gate: Gate, decision: Decision) -> bool:
    actor = decision.actor
    return (
        gate.tier is not None
        and actor.kind is ActorKind.SLACK_USER
        and gate.tier.requirement.met_by(actor.id, actor.groups)
    )


def _too_late(gate: Gate, decision: Decision, now: datetime) -> Verdict:
    outcome = gate.outcome
    kind = VerdictKind.ALREADY_OVER
    if outcome is not None and outcome.kind is OutcomeKind.EXPIRED:
        kind = VerdictKind.EXPIRED
    elif decision.kind is DecisionKind.APPROVE and any(
        decision.actor.is_same_as(earlier.actor) for earlier in gate.approvals
    ):
        kind = VerdictKind.ALREADY_APPROVED
    return _verdict(decision, kind, now).model_copy(update={"outcome": outcome})


def _decide(gate: Gate, decision: Decision, kind: OutcomeKind, now: datetime) -> tuple[Gate, Verdict]:
    outcome = Outcome(kind=kind, by=decision.actor, at=now, note=decision.note)
    return _end(gate, outcome), _verdict(decision, VerdictKind.RECORDED, now)


def _end(gate: Gate, outcome: Outcome) -> Gate:
    return gate.model_copy(update={"outcome": outcome})


def _verdict(decision: Decision, kind: VerdictKind, now: datetime) -> Verdict:
    return Verdict(decision_id=decision.decision_id, kind=kind, at=now)
