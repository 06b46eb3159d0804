"""Who counts where: each person once, and in the group where it helps most.

The result depends on who has said yes and not on the order in which they did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from orchestration.domain.approval.eligibility import Candidate

MAX_CHOICES = 256
"""Combinations of own and delegated seats that are looked at. Eight people who each could speak for one
colleague make as many; beyond that the first combinations, which prefer own seats, decide."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """For each approval its seat, and the index of the requirement that it fills; None: it is full."""

    candidates: tuple[Candidate, ...]
    fills: tuple[int | None, ...]
    counts: tuple[int, ...]
    """How many people fill each requirement."""

    @property
    def total(self) -> int:
        """How many approvals fill something."""
        return sum(self.counts)


def assign(options: Sequence[tuple[Candidate, ...]], capacities: Sequence[int]) -> Assignment | None:
    """Find the seats and places that fill most. `options`: each approval's seats, in order of preference.

    None: there is no way to give each approval a seat of its own.
    """
    best: Assignment | None = None
    for choice in islice(_choices(options, ()), MAX_CHOICES):
        found = _fill(choice, capacities)
        if best is None or found.total > best.total:
            best = found
        if best.total == sum(capacities):
            break
    return best


def _choices(
    options: Sequence[tuple[Candidate, ...]], chosen: tuple[Candidate, ...]
) -> Iterator[tuple[Candidate, ...]]:
    # A person's seat is taken once: by themselves, or by whoever speaks for them.
    if len(chosen) == len(options):
        yield chosen
        return
    taken = {candidate.principal for candidate in chosen}
    for candidate in options[len(chosen)]:
        if candidate.principal not in taken:
            yield from _choices(options, (*chosen, candidate))


def _fill(choice: tuple[Candidate, ...], capacities: Sequence[int]) -> Assignment:
    """Augmenting paths: whoever comes later may move an earlier one to another group."""
    places: list[list[int]] = [[] for _ in capacities]

    def place(person: int, tried: set[int]) -> bool:
        candidate = choice[person]
        for requirement in candidate.requirements:
            if requirement in tried:
                continue
            tried.add(requirement)
            if len(places[requirement]) < capacities[requirement]:
                places[requirement].append(person)
                return True
            for index, other in enumerate(places[requirement]):
                if place(other, tried):
                    places[requirement][index] = person
                    return True
        return False

    for person in range(len(choice)):
        place(person, set())
    where = {person: requirement for requirement, people in enumerate(places) for person in people}
    return Assignment(
        candidates=choice,
        fills=tuple(where.get(person) for person in range(len(choice))),
        counts=tuple(len(people) for people in places),
    )
