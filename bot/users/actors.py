"""Builds the actor of a decision or request: the user's account, user groups and delegations."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.dependencies import Dependencies
from bot.users.delegations import DelegationLookup
from bot.users.user_groups import UserGroupLookup
from bot.users.user_info import UserLookup
from orchestration.domain.actor import Actor, ActorKind


class ActorLookup:
    """Looks up what the workflow has to know of a user. A failed look-up gives no rights."""

    def __init__(self, deps: Dependencies, users: UserLookup) -> None:
        self._users = users
        self._groups = UserGroupLookup(deps.slack)
        self._delegations = DelegationLookup(deps.delegations, self._groups, users)

    async def approver(self, user: str, groups: Sequence[str], at: datetime) -> Actor:
        """Return the user as somebody who may approve.

        Of `groups`, the actor has those that the user, or a colleague who delegated to the user, is in.
        """
        info, own_groups, delegations = await asyncio.gather(
            self._users.user_info(user),
            self._groups.groups_of(user, groups),
            self._delegations.delegations_of(user, groups, at),
        )
        return Actor(
            kind=ActorKind.SLACK_USER,
            id=user,
            groups=own_groups,
            delegations=delegations,
            account=info.account,
        )

    async def requester(self, user: str) -> Actor:
        """Return the user as the requester of an order, for whom groups and delegations do not count."""
        info = await self._users.user_info(user)
        return Actor(kind=ActorKind.SLACK_USER, id=user, account=info.account)
