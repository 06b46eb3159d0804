"""Which user groups somebody is in, at the moment of the click."""

import asyncio
from collections.abc import Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.web_api.cached_lookup import CACHED_FOR, TIME_LIMIT, CachedLookup, LookupFailed
from bot.web_api.errors import SLACK_ERRORS

log = structlog.stdlib.get_logger(__name__)


class UserGroupLookup:
    """Members of user groups, cached. A look-up that fails counts as not a member."""

    def __init__(self, slack: AsyncWebClient, *, cached_for: float = CACHED_FOR) -> None:
        self._slack = slack
        self._members: CachedLookup[frozenset[str]] = CachedLookup(
            self._ask, frozenset(), cached_for=cached_for
        )

    async def groups_of(self, user: str, groups: Sequence[str]) -> tuple[str, ...]:
        """Return those of the groups that the user is in."""
        tasks = {group: self._members.start(group) for group in dict.fromkeys(groups)}
        if not tasks:
            return ()
        done, late = await asyncio.wait(tasks.values(), timeout=TIME_LIMIT)
        if late:
            log.warning("user groups were not looked up in time: nobody counts as a member", groups=len(late))
        return tuple(group for group, task in tasks.items() if task in done and user in task.result())

    async def _ask(self, group: str) -> frozenset[str]:
        try:
            answer = await self._slack.usergroups_users_list(usergroup=group)
        except SLACK_ERRORS as error:
            log.warning(
                "a user group cannot be looked up: nobody counts as a member",
                group=group,
                problem=f"{type(error).__name__}: {error}"[:300],
            )
            raise LookupFailed from error
        return frozenset(map(str, answer.get("users") or []))
