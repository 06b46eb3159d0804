"""Looks up which user groups a user is in at the moment of a click."""

from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.users.cached_lookup import CACHED_FOR, CachedLookup


class UserGroupLookup:
    """Looks up the members of user groups. If a look-up fails, nobody counts as a member."""

    def __init__(self, slack: AsyncWebClient, *, cached_for: float = CACHED_FOR) -> None:
        self._slack = slack
        self._members: CachedLookup[frozenset[str]] = CachedLookup(
            self._fetch,
            frozenset(),
            what="user group",
            consequence="nobody counts as a member",
            cached_for=cached_for,
        )

    async def groups_of(self, user: str, groups: Sequence[str]) -> tuple[str, ...]:
        """Return those of the groups that the user is a member of."""
        members = await self._members.get(*dict.fromkeys(groups))
        return tuple(group for group, users in members.items() if user in users)

    async def _fetch(self, group: str) -> frozenset[str]:
        answer = await self._slack.usergroups_users_list(usergroup=group)
        return frozenset(map(str, answer.get("users") or []))
