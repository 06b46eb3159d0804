"""Who may decide on what, by the tier that is recorded: as oneself, or for a colleague who is away."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.accounts import may_delegate
from orchestration.domain.policy.tier import Group, Tier


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person's yes: whose it is, and for which requirements (by index) it could count."""

    principal: str
    requirements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the rules need to know besides the tier: how far it has escalated, and who is barred by name."""

    tier: Tier
    requester: str
    level: int = 0
    barred: tuple[str, ...] = ()

    def candidates(self, actor: Actor) -> tuple[Candidate, ...]:
        """All seats from which this actor could approve: their own first, then those delegated to them."""
        if actor.kind is not ActorKind.SLACK_USER or self.is_barred(actor.id, actor.groups):
            return ()
        return tuple(candidate for candidate in self._all_seats(actor) if candidate.requirements)

    def unrestricted_candidates(self, actor: Actor) -> tuple[Candidate, ...]:
        """The same without any bar: who may cancel, or ask, though they may not approve."""
        if actor.kind is not ActorKind.SLACK_USER:
            return ()
        candidates = (self._seat(person, groups, only) for person, groups, only in _persons(actor))
        return tuple(candidate for candidate in candidates if candidate.requirements)

    def is_barred(self, person: str, groups: tuple[str, ...]) -> bool:
        """Whether separation of duties keeps this person from approving."""
        return (
            (person == self.requester and not self.tier.requester_may_approve)
            or person in self.barred
            or any(group.has(person, groups) for group in self.tier.barred)
        )

    def _all_seats(self, actor: Actor) -> Iterator[Candidate]:
        for person, groups, only in _persons(actor):
            # Nobody hands on what they may not do themselves.
            if not self.is_barred(person, groups):
                yield self._seat(person, groups, only)

    def _seat(self, person: str, groups: tuple[str, ...], only: str | None) -> Candidate:
        return Candidate(person, tuple(self._requirements(person, groups, only)))

    def _requirements(self, person: str, groups: tuple[str, ...], only: str | None) -> Iterator[int]:
        for index, requirement in enumerate(self.tier.requirements):
            named: tuple[Group, ...] = (requirement, *self._stand_ins(requirement.group))
            if any(group.has(person, groups) for group in named if only in {None, group.group}):
                yield index

    def _stand_ins(self, requirement: str) -> Iterator[Group]:
        for escalation in self.tier.escalated(self.level):
            if requirement in escalation.counts_for:
                yield from escalation.groups


def _persons(actor: Actor) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    """The actor, then whoever they act for: id, user groups, and the one group it is limited to, if any."""
    yield actor.id, actor.groups, None
    for delegation in actor.delegations:
        if delegation.person != actor.id and may_delegate(delegation.account):
            yield delegation.person, delegation.groups, delegation.group
