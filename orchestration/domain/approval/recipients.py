"""Whom to ask: the people whose yes would still bring the gate further, and nobody else."""

from datetime import UTC, datetime

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.policy.tier import Group

_ONCE = datetime.min.replace(tzinfo=UTC)
_SOMEBODY = "U0SOMEBODY"
"""Stands for any member of a user group: who that is only Slack knows."""


def useful_approvers(gate: Gate) -> tuple[str, ...]:
    """Return users and user groups whose yes would fill a requirement that is not filled, once each."""
    if gate.tier is None or gate.outcome is not None:
        return ()
    escalated = (group for each in gate.tier.escalated(gate.level) for group in each.groups)
    return _helpful(gate, (*gate.tier.requirements, *escalated))


def escalation_recipients(gate: Gate) -> tuple[str, ...]:
    """The same of those whom the latest escalation asks."""
    if gate.tier is None or gate.outcome is not None or not gate.level:
        return ()
    return _helpful(gate, gate.tier.escalations[gate.level - 1].groups)


def excluded_people(gate: Gate) -> tuple[str, ...]:
    """Return users and user groups that are not to be asked, whatever group they are in."""
    tier = gate.tier
    if tier is None:
        return ()
    requester = () if tier.requester_may_approve else (gate.requester,)
    decided = (each.actor.id for each in (*gate.approvals, *gate.cancels))
    barred = (member for group in tier.barred for member in group.members)
    return tuple(dict.fromkeys((*requester, *gate.barred, *barred, *decided)))


def _helpful(gate: Gate, groups: tuple[Group, ...]) -> tuple[str, ...]:
    members = dict.fromkeys(member for group in groups for member in group.members)
    spared = set(excluded_people(gate))
    have = gate.counted
    return tuple(each for each in members if each not in spared and _would_count(gate, each, have))


def _would_count(gate: Gate, member: str, have: int) -> bool:
    found = gate.assigned((*gate.approvals, _imagined(member)))
    return found is not None and found.total > have


def _imagined(member: str) -> Decision:
    is_group = member.startswith("S")
    actor = Actor(
        kind=ActorKind.SLACK_USER,
        id=_SOMEBODY if is_group else member,
        groups=(member,) if is_group else (),
    )
    return Decision(
        decision_id="imagined",
        actor=actor,
        surface=Surface.BUTTON,
        decided_at=_ONCE,
        kind=DecisionKind.APPROVE,
    )
