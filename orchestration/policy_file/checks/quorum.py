"""Counts whether enough different people can approve; each counts once, whatever groups they are in.

The members of a Slack user group are not known before somebody clicks, so the group counts as unlimited.
"""

from collections.abc import Sequence

from orchestration.domain.approval.assignment import assign
from orchestration.domain.approval.eligibility import Candidate
from orchestration.domain.policy.tier import Group, Requirement


def is_user_group(member: str) -> bool:
    """Whether the id is that of a Slack user group."""
    return member.startswith("S")


def is_unlimited(members: Sequence[str]) -> bool:
    """Whether a Slack user group is among the members."""
    return any(map(is_user_group, members))


def remaining(group: Group, barred: Sequence[Group]) -> tuple[str, ...]:
    """Return the members, once each, that no barred group names."""
    gone = {member for each in barred for member in each.members}
    return tuple(dict.fromkeys(member for member in group.members if member not in gone))


def shortage(requirements: Sequence[Requirement], barred: Sequence[Group], without: str = "") -> int:
    """Return how many of the needed approvals can never be given; 0: the requirements can be met."""
    needed = sum(each.count for each in requirements)
    candidates: dict[str, list[int]] = {}
    capacities: list[int] = []
    for each in requirements:
        members = [member for member in remaining(each, barred) if member != without]
        # A group with as many people as there are approvals in all always has enough.
        if not is_unlimited(members) and len(members) < needed:
            for member in members:
                candidates.setdefault(member, []).append(len(capacities))
            capacities.append(each.count)
    best = assign(
        [(Candidate(member, tuple(indices)),) for member, indices in candidates.items()], capacities
    )
    return sum(capacities) - (best.total if best else 0)


def irreplaceable(requirements: Sequence[Requirement], barred: Sequence[Group]) -> tuple[str, ...]:
    """Return the users without whom the requirements cannot be met."""
    people = dict.fromkeys(member for each in requirements for member in remaining(each, barred))
    return tuple(
        person
        for person in people
        if not is_user_group(person) and shortage(requirements, barred, without=person)
    )
