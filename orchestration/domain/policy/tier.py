"""A tier of the approval policy, as recorded in the history of an order's workflow.

A tier holds everything that a gate needs, so that a later change of the policy file does not affect running
orders.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from orchestration.domain.fields import ActorId
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.working_hours import WorkingHours


class Group(FrozenModel):
    """A named group: ids of Slack users (U..., W...) and of Slack user groups (S...)."""

    group: str
    members: tuple[ActorId, ...]

    def has(self, user_id: str, groups: tuple[str, ...]) -> bool:
        """Whether this user, who is in these Slack user groups, belongs to the group."""
        return user_id in self.members or not set(groups).isdisjoint(self.members)


class Requirement(Group):
    """A group with the number of its members who must approve."""

    count: Annotated[int, Field(ge=1)] = 1


class Override(StrEnum):
    """Whether an operator may decide alone."""

    ALLOWED = "allowed"
    WITH_REASON = "with-reason"
    NEVER = "never"


class ExpiryStatus(StrEnum):
    """The status of an order that was not decided in time."""

    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Reminders(FrozenModel):
    """When reminders are sent: first `after` a time, then at gaps that grow by the factor `growing`.

    No gap is longer than `at_most`, and `times` reminders are sent.
    """

    after: timedelta
    growing: float = 2.0
    at_most: timedelta = timedelta(days=1)
    times: Annotated[int, Field(ge=1)] = 3

    def gap(self, sent: int) -> timedelta:
        """Return how long to wait after reminder number `sent` (0: none yet)."""
        longest = self.at_most / self.after
        # Capped before the power is computed, which would overflow a float.
        factor = longest if self.growing > 1 and sent > 64 else min(self.growing**sent, longest)
        return self.after * max(1.0, factor)


class Escalation(FrozenModel):
    """Asks further groups, whose approvals then count for the requirements named in `counts_for`."""

    after: timedelta | None
    """The time since the gate opened; None: when the reminders have run out."""
    groups: tuple[Group, ...]
    channels: tuple[str, ...] = ()
    """Ids of channels that are notified besides the card's thread."""
    counts_for: tuple[str, ...]


class Tier(FrozenModel):
    """Who must approve an order, and when reminders, escalations and expiry are due."""

    name: str
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    cancel_count: Annotated[int, Field(ge=1)] = 1
    """How many approvers must cancel before the order is cancelled."""
    requester_may_approve: bool = False
    bars_previous_approvers: bool = False
    """Whether those who approved the customer's previous order are barred from this one."""
    barred: tuple[Group, ...] = ()
    """Groups whose members may not approve, whatever other group they are in."""
    override: Override = Override.ALLOWED
    operators: tuple[ActorId, ...] = ()
    """Slack users who may decide alone; operators at the command line always may."""
    hours: WorkingHours | None = None
    """When reminders may be sent; None: always."""
    clock_stops_outside_hours: bool = False
    information_stops_clock: bool = False
    reminders: Reminders | None = None
    escalations: tuple[Escalation, ...] = ()
    expires_after: timedelta | None = None
    """None, with no `expires_at`: the gate never expires."""
    expires_at: Annotated[int, Field(ge=0, le=1439)] | None = None
    """Minutes after local midnight of `hours`: the first such moment once `expires_after` is over."""
    expires_as: ExpiryStatus = ExpiryStatus.EXPIRED

    @property
    def needed(self) -> int:
        """How many approvals the tier needs, over all groups."""
        return sum(each.count for each in self.requirements)

    @property
    def clock(self) -> WorkingHours | None:
        """The working hours in which time counts; None: time always counts."""
        return self.hours if self.clock_stops_outside_hours else None

    def escalated(self, level: int) -> tuple[Escalation, ...]:
        """Return the escalations up to this level."""
        return self.escalations[:level]

    @property
    def all_members(self) -> tuple[ActorId, ...]:
        """Every user and user group that the tier names, once each."""
        named = (
            *self.requirements,
            *self.barred,
            *(group for escalation in self.escalations for group in escalation.groups),
        )
        return tuple(dict.fromkeys(member for group in named for member in group.members))
