"""Delegations: a person lets a colleague decide for them for some time.

A delegation is for all groups of the policy or for one. It cannot be passed on: a delegate decides only for
the person who delegated to them, not for those who delegated to that person.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from orchestration.domain.model import FrozenModel

MAX_DURATION = timedelta(days=366)
"""About a year. Whoever is away for longer should be taken out of the policy."""

SlackUser = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{1,30}$")]
"""A Slack user id. A name such as `carol` would never match the id in a click."""
GroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""The name of a group in the approval policy."""


class DelegationGrant(FrozenModel):
    """A stored delegation: `delegate` decides for `person`, from `since` on and before `until`."""

    delegation_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    person: SlackUser
    delegate: SlackUser
    group: GroupName | None = None
    """The group of the policy to which the delegation is limited; None: all groups."""
    since: AwareDatetime
    until: AwareDatetime
    created_by: Annotated[str, Field(min_length=1, max_length=100)]
    """Who stored the delegation, as in the audit log: ``slack_user:U123``, ``operator:ana``."""

    def replaces(self, earlier: "DelegationGrant") -> bool:
        """Whether this delegation ends the earlier one: both are by the same person for the same group."""
        return (self.person, self.group) == (earlier.person, earlier.group)

    def overlaps(self, other: "DelegationGrant") -> bool:
        """Whether both are valid at some moment."""
        return self.since < other.until and other.since < self.until


def refusal(new: DelegationGrant, active: tuple[DelegationGrant, ...]) -> str | None:
    """Return, in a sentence, why this delegation is not possible beside the active ones; None if it is.

    The sentence names people by their ids.
    """
    if new.person == new.delegate:
        return "Nobody can delegate to themselves."
    if new.until <= new.since:
        return "The end of a delegation has to be in the future."
    if new.until - new.since > MAX_DURATION:
        return f"A delegation ends after {MAX_DURATION.days} days at the latest."
    beside = [each for each in active if new.overlaps(each) and not new.replaces(each)]
    return _circle(new, beside) or _chain(new, beside)


def _circle(new: DelegationGrant, beside: list[DelegationGrant]) -> str | None:
    # A circle of three or more would contain a chain, and chains are refused.
    if any((each.person, each.delegate) == (new.delegate, new.person) for each in beside):
        return f"{new.delegate} has delegated to {new.person}: that would be a circle."
    return None


def _chain(new: DelegationGrant, beside: list[DelegationGrant]) -> str | None:
    for each in beside:
        if each.person == new.delegate:
            return (
                f"{new.delegate} is away too, and has delegated to {each.delegate}. "
                "A delegation cannot be handed on: choose somebody else."
            )
        if each.delegate == new.person:
            return (
                f"{new.person} decides for {each.person} in that time. "
                f"A delegation cannot be handed on: {each.person} would have to choose somebody else."
            )
    return None
