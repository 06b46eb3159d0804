"""Assigns approvals to the tier's requirements so that as many as possible are filled.

Each person counts once. The result does not depend on the order of the approvals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from orchestration.domain.approval.eligibility import Candidate

MAX_CHOICES = 256
"""How many combinations are tried of who approves for themselves and who on a colleague's behalf.

Eight people with one delegation each have that many. Of more, only the first are tried, in which people
approve for themselves.
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """For each approval, whose it is and the index of the requirement that it fills, if any."""

    candidates: tuple[Candidate, ...]
    fills: tuple[int | None, ...]
    counts: tuple[int, ...]
    """How many approvals each requirement has."""

    @property
    def total(self) -> int:
        """How many approvals fill a requirement."""
        return sum(self.counts)


def assign(options: Sequence[tuple[Candidate, ...]], capacities: Sequence[int]) -> Assignment | None:
    """Return the assignment that fills most. `options`: whose approval each one could be, preferred first.

    None: two approvals would have to count as the same person's.
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
    # One person's approval counts once: given by themselves or by a delegate.
    if len(chosen) == len(options):
        yield chosen
        return
    taken = {candidate.principal for candidate in chosen}
    for candidate in options[len(chosen)]:
        if candidate.principal not in taken:
            yield from _choices(options, (*chosen, candidate))


def _fill(choice: tuple[Candidate, ...], capacities: Sequence[int]) -> Assignment:
    """Match by augmenting paths: a later approval may move an earlier one to another requirement."""
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
