"""Checks the groups of a tier: whether enough people are left to approve, whoever requests the order."""

from collections.abc import Iterator, Sequence

from orchestration.domain.policy.tier import Group, Requirement
from orchestration.policy_file.build import group_of, requirements_of
from orchestration.policy_file.checks.quorum import irreplaceable, is_unlimited, remaining, shortage
from orchestration.policy_file.findings import Findings, join_names
from orchestration.policy_file.schema import PolicyTable, TierTable
from orchestration.policy_file.toml_lines import Path

_MOST_GROUPS, _MOST_PEOPLE = 10, 50
"""Limits of what one card can show."""


def check_people(file: PolicyTable, tier: TierTable, path: Path, findings: Findings) -> None:
    """Check the groups that a tier names, and whether enough people can approve."""
    sound = True
    for where, name in _references(tier, path):
        if name not in file.groups:
            known = join_names(sorted(file.groups)) or "none"
            findings.error(where, f"there is no group {name!r} in [groups]; known: {known}")
        sound = sound and bool(file.groups.get(name))
    _check_counts_for(tier, path, findings)
    if not sound or not tier.needs:
        return
    if len(tier.needs) > _MOST_GROUPS or sum(tier.needs.values()) > _MOST_PEOPLE:
        text = f"asks for too many; the most is {_MOST_GROUPS} groups and {_MOST_PEOPLE} people in all"
        findings.error((*path, "needs"), text)
        return
    barred = [group_of(file, name) for name in tier.barred]
    _check_asked(file, tier, barred, path, findings)
    requirements = requirements_of(file, tier)
    _check_cancel(tier, requirements, path, findings)
    if _check_quorums(requirements, barred, path, findings):
        _check_requester(tier, requirements, barred, path, findings)
        _check_previous(tier, requirements, barred, path, findings)


def _references(tier: TierTable, path: Path) -> Iterator[tuple[Path, str]]:
    for name in tier.needs or ():
        yield (*path, "needs", name), name
    for index, name in enumerate(tier.barred):
        yield (*path, "barred", index), name
    for number, escalation in enumerate(tier.escalations):
        for index, name in enumerate(escalation.ask):
            yield (*path, "escalations", number, "ask", index), name


def _check_counts_for(tier: TierTable, path: Path, findings: Findings) -> None:
    for number, escalation in enumerate(tier.escalations):
        for index, name in enumerate(escalation.counts_for or ()):
            if name not in (tier.needs or {}):
                where = (*path, "escalations", number, "counts-for", index)
                known = join_names(tier.needs or ()) or "none"
                findings.error(where, f'{name!r} is not among the groups in the tier\'s "needs": {known}')


def _check_asked(
    file: PolicyTable, tier: TierTable, barred: Sequence[Group], path: Path, findings: Findings
) -> None:
    for number, escalation in enumerate(tier.escalations):
        for index, name in enumerate(escalation.ask):
            if not remaining(group_of(file, name), barred):
                where = (*path, "escalations", number, "ask", index)
                findings.error(
                    where, f'everybody in {name} is barred; ask others, or take them out of "barred"'
                )


def _check_cancel(
    tier: TierTable, requirements: Sequence[Requirement], path: Path, findings: Findings
) -> None:
    # People who are barred from approving may cancel.
    people = {member for each in requirements for member in each.members}
    if not is_unlimited(tuple(people)) and tier.cancel_needs > len(people):
        text = (
            f"is {tier.cancel_needs}, but only {len(people)} different people are in the groups that it needs"
        )
        findings.error((*path, "cancel-needs"), text)


def _check_quorums(
    requirements: Sequence[Requirement], barred: Sequence[Group], path: Path, findings: Findings
) -> bool:
    """Return whether the requirements can be met."""
    fits = True
    for each in requirements:
        members = remaining(each, barred)
        if not is_unlimited(members) and len(members) < each.count:
            fits = False
            left = " after taking out who is barred" if len(members) < len(set(each.members)) else ""
            text = f"asks for {each.count} of {each.group}, in which there are {len(members)}{left}"
            findings.error((*path, "needs", each.group), f"{text}; add people or ask for fewer")
    missing = shortage(requirements, barred) if fits else 0
    if missing:
        needed = sum(each.count for each in requirements)
        text = (
            f"can never be met: each person counts once, so at most {needed - missing} of {needed} can do it"
        )
        findings.error(
            (*path, "needs"), f"{text}; add people to {join_names(each.group for each in requirements)}"
        )
    return fits and not missing


def _check_requester(
    tier: TierTable,
    requirements: Sequence[Requirement],
    barred: Sequence[Group],
    path: Path,
    findings: Findings,
) -> None:
    where = (*path, "needs")
    if tier.requester_may_approve:
        if sum(each.count for each in requirements) == 1:
            text = "with one approval needed, whoever asks for an order can approve it alone"
            findings.warn((*path, "requester-may-approve"), text)
    elif people := irreplaceable(requirements, barred):
        whoever = " or ".join(people)
        text = f"if {whoever} asks for the order, it cannot be met, since nobody approves their own"
        findings.warn(where, f"{text}; add people")


def _check_previous(
    tier: TierTable,
    requirements: Sequence[Requirement],
    barred: Sequence[Group],
    path: Path,
    findings: Findings,
) -> None:
    for each in requirements if tier.bar_previous_approvers else ():
        members = remaining(each, barred)
        if not is_unlimited(members) and len(members) < 2 * each.count:
            text = f"once {each.count} of {each.group} have approved a customer's order, too few of its"
            findings.warn(
                (*path, "bar-previous-approvers"), f"{text} {len(members)} are left for the next one"
            )
