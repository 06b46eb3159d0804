"""Whether there are enough different people: each counts once, whatever number of groups they are in.

Who is in a Slack user group is not known before somebody clicks, so it counts as unlimited.
"""

from collections.abc import Sequence

from orchestration.domain.approval.assignment import assign
from orchestration.domain.approval.eligibility import Candidate
from orchestration.domain.policy.tier import Group, Requirement


def is_user_group(member: str) -> bool:
    """Whether it is the id of a Slack user group."""
    return member.startswith("S")


def is_unlimited(members: Sequence[str]) -> bool:
    """Whether a user group is among them."""
    return any(map(is_user_group, members))


def remaining(group: Group, barred: Sequence[Group]) -> tuple[str, ...]:
    """Return the members, once each, that are not barred by name."""
    gone = {member for each in barred for member in each.members}
    return tuple(dict.fromkeys(member for member in group.members if member not in gone))


def shortage(requirements: Sequence[Requirement], barred: Sequence[Group], without: str = "") -> int:
    """Return how many of the approvals asked for can never come; 0: everything can be met."""
    needed = sum(each.count for each in requirements)
    candidates: dict[str, list[int]] = {}
    capacities: list[int] = []
    for each in requirements:
        members = [member for member in remaining(each, barred) if member != without]
        # A group with as many people as are needed in all is never the one that lacks somebody.
        if not is_unlimited(members) and len(members) < needed:
            for member in members:
                candidates.setdefault(member, []).append(len(capacities))
            capacities.append(each.count)
    best = assign(
        [(Candidate(member, tuple(indices)),) for member, indices in candidates.items()], capacities
    )
    return sum(capacities) - (best.total if best else 0)


def irreplaceable(requirements: Sequence[Requirement], barred: Sequence[Group]) -> tuple[str, ...]:
    """Return the users without whom it cannot be met, where it can be met with them."""
    people = dict.fromkeys(member for each in requirements for member in remaining(each, barred))
    return tuple(
        person
        for person in people
        if not is_user_group(person) and shortage(requirements, barred, without=person)
    )
