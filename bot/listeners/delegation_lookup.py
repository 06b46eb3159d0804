"""For whom somebody may decide, at the moment of the click."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.web_api.user_groups import UserGroupLookup
from bot.web_api.users import UserLookup
from orchestration.domain.actor import Account, Delegation
from orchestration.domain.approval.delegations import Granted
from orchestration.ports.decisions import DelegationStore

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 1.5
"""Seconds that one click waits for the database."""


class DelegationLookup:
    """Delegations with the groups of the people who are away. A look-up that fails counts as none."""

    def __init__(
        self,
        store: DelegationStore,
        groups: UserGroupLookup,
        people: UserLookup,
        *,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._store = store
        self._groups = groups
        self._people = people
        self._time_limit = time_limit

    async def delegations_of(
        self, delegate: str, groups: Sequence[str], at: datetime
    ) -> tuple[Delegation, ...]:
        """Return for whom they may decide; of those people's user groups, the ones among `groups`."""
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
        theirs, known = await asyncio.gather(
            self._groups.groups_of(person, groups), self._people.person(person)
        )
        return theirs, known.account

    async def _granted(self, delegate: str, at: datetime) -> tuple[Granted, ...]:
        try:
            async with asyncio.timeout(self._time_limit):
                return await self._store.active_for(delegate, at)
        except Exception:
            # Whatever a database raises: the click counts for the clicker at least.
            log.warning(
                "delegations cannot be looked up: nobody decides for a colleague",
                delegate=delegate,
                exc_info=True,
            )
            return ()
