"""Who lets whom decide for them, until when; and which such delegations are refused.

A delegation is for all groups of the policy or for one of them. It is never handed on: whoever speaks for
somebody speaks for nobody through them.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from orchestration.domain.model import FrozenModel

LONGEST = timedelta(days=366)
"""A year. Whoever is away for longer has left, and the policy should say so."""

SlackUser = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{1,30}$")]
"""Id of a person in Slack. Names are no ids: a delegation to `carol` would never be found at her click."""
GroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""A group of the approval policy, by the name that it has there."""


class DelegationGrant(FrozenModel):
    """`person` lets `delegate` decide for them, from `since` on and before `until`."""

    delegation_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    person: SlackUser
    delegate: SlackUser
    group: GroupName | None = None
    """The policy's group that it is limited to; None: all."""
    since: AwareDatetime
    until: AwareDatetime
    created_by: Annotated[str, Field(min_length=1, max_length=100)]
    """Who set it up, as the audit log writes actors: ``slack_user:U123``, ``operator:ana``."""

    def replaces(self, earlier: "DelegationGrant") -> bool:
        """Whether the earlier one ends as this one begins: the same person, for the same group or for all."""
        return (self.person, self.group) == (earlier.person, earlier.group)

    def overlaps(self, other: "DelegationGrant") -> bool:
        """Whether there is a moment in which both hold."""
        return self.since < other.until and other.since < self.until


def refusal(new: DelegationGrant, active: tuple[DelegationGrant, ...]) -> str | None:
    """Say why there cannot be such a delegation beside the active ones; None if there can.

    The sentence names people by their ids.
    """
    if new.person == new.delegate:
        return "Nobody can delegate to themselves."
    if new.until <= new.since:
        return "The end of a delegation has to be in the future."
    if new.until - new.since > LONGEST:
        return f"A delegation ends after {LONGEST.days} days at the latest."
    beside = [each for each in active if new.overlaps(each) and not new.replaces(each)]
    return _circle(new, beside) or _chain(new, beside)


def _circle(new: DelegationGrant, beside: list[DelegationGrant]) -> str | None:
    # Longer circles need a chain first, and there are none.
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
