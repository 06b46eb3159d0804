"""Looks up for which colleagues a user may decide at the moment of a click."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.users.user_groups import UserGroupLookup
from bot.users.user_info import UserLookup
from orchestration.domain.actor import Account, Delegation
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.ports.decisions import DelegationStore

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 1.5
"""Seconds that a click waits for the database."""


class DelegationLookup:
    """Looks up delegations, with the account and groups of each colleague. If that fails there are none."""

    def __init__(
        self,
        store: DelegationStore,
        groups: UserGroupLookup,
        users: UserLookup,
        *,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._store = store
        self._groups = groups
        self._users = users
        self._time_limit = time_limit

    async def delegations_of(
        self, delegate: str, groups: Sequence[str], at: datetime
    ) -> tuple[Delegation, ...]:
        """Return the delegations to this user that hold at this time.

        Each has those of `groups` that the colleague who delegated is in.
        """
        granted = await self._granted(delegate, at)
        people = list(dict.fromkeys(each.person for each in granted))
        found = dict(
            zip(people, await asyncio.gather(*(self._look_up(each, groups) for each in people)), strict=True)
        )
        return tuple(
            Delegation(
                person=each.person,
                groups=found[each.person][0],
                group=each.group,
                account=found[each.person][1],
            )
            for each in granted
        )

    async def _look_up(self, person: str, groups: Sequence[str]) -> tuple[tuple[str, ...], Account]:
        theirs, info = await asyncio.gather(
            self._groups.groups_of(person, groups), self._users.user_info(person)
        )
        return theirs, info.account

    async def _granted(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        try:
            async with asyncio.timeout(self._time_limit):
                return await self._store.active_for(delegate, at)
        except Exception:
            # The database can raise anything; the click still counts for the user who clicked.
            log.warning(
                "delegations not looked up: the decision counts for nobody else",
                delegate=delegate,
                exc_info=True,
            )
            return ()
