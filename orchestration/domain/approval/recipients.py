"""Whom to notify: the users and user groups whose approval would still fill a requirement."""

from datetime import UTC, datetime

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.policy.tier import Group

_ANY_TIME = datetime.min.replace(tzinfo=UTC)
_ANY_MEMBER = "U0SOMEBODY"
"""Stands for any member of a user group, since only Slack knows the members."""


def useful_approvers(gate: Gate) -> tuple[str, ...]:
    """Return the users and user groups whose approval would still count, once each."""
    if gate.tier is None or gate.outcome is not None:
        return ()
    escalated = (group for each in gate.tier.escalated(gate.level) for group in each.groups)
    return _useful_members(gate, (*gate.tier.requirements, *escalated))


def escalation_recipients(gate: Gate) -> tuple[str, ...]:
    """Return those of the latest escalation whose approval would still count."""
    if gate.tier is None or gate.outcome is not None or not gate.level:
        return ()
    return _useful_members(gate, gate.tier.escalations[gate.level - 1].groups)


def excluded_people(gate: Gate) -> tuple[str, ...]:
    """Return the users and user groups that must not be asked, whatever group they are in."""
    tier = gate.tier
    if tier is None:
        return ()
    requester = () if tier.requester_may_approve else (gate.requester,)
    decided = (each.actor.id for each in (*gate.approvals, *gate.cancels))
    barred = (member for group in tier.barred for member in group.members)
    return tuple(dict.fromkeys((*requester, *gate.barred, *barred, *decided)))


def _useful_members(gate: Gate, groups: tuple[Group, ...]) -> tuple[str, ...]:
    members = dict.fromkeys(member for group in groups for member in group.members)
    excluded = set(excluded_people(gate))
    have = gate.counted
    return tuple(each for each in members if each not in excluded and _would_count(gate, each, have))


def _would_count(gate: Gate, member: str, have: int) -> bool:
    found = gate.assign_approvals((*gate.approvals, _hypothetical_approval(member)))
    return found is not None and found.total > have


def _hypothetical_approval(member: str) -> Decision:
    is_group = member.startswith("S")
    actor = Actor(
        kind=ActorKind.SLACK_USER,
        id=_ANY_MEMBER if is_group else member,
        groups=(member,) if is_group else (),
    )
    return Decision(
        decision_id="hypothetical",
        actor=actor,
        surface=Surface.BUTTON,
        decided_at=_ANY_TIME,
        kind=DecisionKind.APPROVE,
    )
