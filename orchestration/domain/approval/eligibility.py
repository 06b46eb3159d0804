"""Who may approve under a tier, for themselves or on behalf of a colleague who delegated to them.

Separation of duties is decided here: requesters, barred groups, and whoever approved the previous order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.accounts import may_delegate
from orchestration.domain.policy.tier import Group, Tier


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person's approval: whose it is, and which requirements (by index) it could fill."""

    principal: str
    requirements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A tier with the state that decides who may approve: escalation level, requester, barred users."""

    tier: Tier
    requester: str
    level: int = 0
    barred: tuple[str, ...] = ()

    def candidates(self, actor: Actor) -> tuple[Candidate, ...]:
        """Return whose approval this actor could give: their own, then those of people who delegated."""
        if actor.kind is not ActorKind.SLACK_USER or self.is_barred(actor.id, actor.groups):
            return ()
        return tuple(candidate for candidate in self._unbarred(actor) if candidate.requirements)

    def unrestricted_candidates(self, actor: Actor) -> tuple[Candidate, ...]:
        """Return the same without separation of duties: barred approvers may still cancel and ask."""
        if actor.kind is not ActorKind.SLACK_USER:
            return ()
        candidates = (self._candidate(person, groups, only) for person, groups, only in _persons(actor))
        return tuple(candidate for candidate in candidates if candidate.requirements)

    def is_own_request(self, person: str) -> bool:
        """Whether this person is the requester, under a tier where requesters do not approve."""
        return person == self.requester and not self.tier.requester_may_approve

    def is_barred(self, person: str, groups: tuple[str, ...]) -> bool:
        """Whether separation of duties keeps this person from approving."""
        return (
            self.is_own_request(person)
            or person in self.barred
            or any(group.has(person, groups) for group in self.tier.barred)
        )

    def _unbarred(self, actor: Actor) -> Iterator[Candidate]:
        for person, groups, only in _persons(actor):
            # A delegate may not do what the person who delegated is barred from.
            if not self.is_barred(person, groups):
                yield self._candidate(person, groups, only)

    def _candidate(self, person: str, groups: tuple[str, ...], only: str | None) -> Candidate:
        return Candidate(person, tuple(self._requirements(person, groups, only)))

    def _requirements(self, person: str, groups: tuple[str, ...], only: str | None) -> Iterator[int]:
        for index, requirement in enumerate(self.tier.requirements):
            named: tuple[Group, ...] = (requirement, *self._escalation_groups(requirement.group))
            if any(group.has(person, groups) for group in named if only in {None, group.group}):
                yield index

    def _escalation_groups(self, requirement: str) -> Iterator[Group]:
        for escalation in self.tier.escalated(self.level):
            if requirement in escalation.counts_for:
                yield from escalation.groups


def _persons(actor: Actor) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    """Yield the actor, then each person who delegated: id, user groups and the policy's group, if limited."""
    yield actor.id, actor.groups, None
    for delegation in actor.delegations:
        if delegation.person != actor.id and may_delegate(delegation.account):
            yield delegation.person, delegation.groups, delegation.group
