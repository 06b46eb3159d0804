"""A tier of the approval policy, as an order is bound to it: recorded in the workflow's history.

It holds everything that a gate needs to judge, so that no later change of the policy file reaches an order
that is under way.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from orchestration.domain.fields import ActorId
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.working_hours import WorkingHours


class Group(FrozenModel):
    """A name for people: Slack user ids (U..., W...) and ids of Slack user groups (S...)."""

    group: str
    members: tuple[ActorId, ...]

    def has(self, user_id: str, groups: tuple[str, ...]) -> bool:
        """Whether this person, who is in these user groups, belongs to it."""
        return user_id in self.members or not set(groups).isdisjoint(self.members)


class Requirement(Group):
    """How many people of a group must say yes."""

    count: Annotated[int, Field(ge=1)] = 1


class Override(StrEnum):
    """Whether an operator may decide alone."""

    ALLOWED = "allowed"
    WITH_REASON = "with-reason"
    NEVER = "never"


class ExpiryStatus(StrEnum):
    """How an order ends that nobody decided in time."""

    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Reminders(FrozenModel):
    """First `after` a time, then with gaps that grow by the factor `growing`, none longer than `at_most`."""

    after: timedelta
    growing: float = 2.0
    at_most: timedelta = timedelta(days=1)
    times: Annotated[int, Field(ge=1)] = 3

    def gap(self, sent: int) -> timedelta:
        """How long to wait after reminder number `sent` (0: none yet)."""
        longest = self.at_most / self.after
        # Compared before it is multiplied: a year of doubling is more than a float holds.
        factor = longest if self.growing > 1 and sent > 64 else min(self.growing**sent, longest)
        return self.after * max(1.0, factor)


class Escalation(FrozenModel):
    """Ask further groups; their yes then counts for the requirements named in `counts_for`."""

    after: timedelta | None
    """Since the gate opened; None: as soon as the reminders have run out."""
    groups: tuple[Group, ...]
    channels: tuple[str, ...] = ()
    """Ids of channels that are told, besides the card's thread."""
    counts_for: tuple[str, ...]


class Tier(FrozenModel):
    """The part of the policy that an order falls under. Times are counted as `hours` and the clock say."""

    name: str
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    cancel_count: Annotated[int, Field(ge=1)] = 1
    """How many of the people who may approve must cancel before the order is."""
    requester_may_approve: bool = False
    bars_previous_approvers: bool = False
    """Whoever approved the same customer's previous order may not approve this one."""
    barred: tuple[Group, ...] = ()
    """Their members may not approve, whatever other group they are in."""
    override: Override = Override.ALLOWED
    operators: tuple[ActorId, ...] = ()
    """Slack users who may decide alone; at the command line every operator may."""
    hours: WorkingHours | None = None
    """When reminders may be sent; None: always."""
    clock_stops_outside_hours: bool = False
    information_stops_clock: bool = False
    reminders: Reminders | None = None
    escalations: tuple[Escalation, ...] = ()
    expires_after: timedelta | None = None
    """None, and no `expires_at`: never."""
    expires_at: Annotated[int, Field(ge=0, le=1439)] | None = None
    """Minutes after local midnight of `hours`: the first such moment once `expires_after` is over."""
    expires_as: ExpiryStatus = ExpiryStatus.EXPIRED

    @property
    def needed(self) -> int:
        """How many people have to say yes, in all."""
        return sum(each.count for each in self.requirements)

    @property
    def clock(self) -> WorkingHours | None:
        """The hours in which time counts; None: always."""
        return self.hours if self.clock_stops_outside_hours else None

    def escalated(self, level: int) -> tuple[Escalation, ...]:
        """The escalations that have happened at this level."""
        return self.escalations[:level]

    @property
    def all_members(self) -> tuple[ActorId, ...]:
        """Every user and user group named anywhere, once each: what a click has to be looked up in."""
        named = (
            *self.requirements,
            *self.barred,
            *(group for escalation in self.escalations for group in escalation.groups),
        )
        return tuple(dict.fromkeys(member for group in named for member in group.members))
