"""Who somebody is at the moment of a click: their account, user groups, and for whom they may decide."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.dependencies import Dependencies
from bot.listeners.delegation_lookup import DelegationLookup
from bot.web_api.user_groups import UserGroupLookup
from bot.web_api.users import UserLookup
from orchestration.domain.actor import Actor, ActorKind


class ActorLookup:
    """Looks people up; what cannot be looked up counts as not there, and holds nobody up for long."""

    def __init__(self, deps: Dependencies, people: UserLookup) -> None:
        self._people = people
        self._groups = UserGroupLookup(deps.slack)
        self._delegations = DelegationLookup(deps.delegations, self._groups, people)

    async def actor(self, user: str, groups: Sequence[str], at: datetime) -> Actor:
        """Return the Slack user with those of the groups that they, or whoever they act for, are in."""
        person, mine, delegations = await asyncio.gather(
            self._people.person(user),
            self._groups.groups_of(user, groups),
            self._delegations.delegations_of(user, groups, at),
        )
        return Actor(
            kind=ActorKind.SLACK_USER, id=user, groups=mine, delegations=delegations, account=person.account
        )

    async def asker(self, user: str) -> Actor:
        """The same for what only whoever asked for an order may do: no groups, nobody to speak for."""
        person = await self._people.person(user)
        return Actor(kind=ActorKind.SLACK_USER, id=user, account=person.account)
