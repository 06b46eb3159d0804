"""Which user groups somebody is in, at the moment of the click."""

import asyncio
from collections.abc import Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_errors import SLACK_ERRORS

log = structlog.stdlib.get_logger(__name__)

CACHED_FOR = 60.0
"""Seconds. Slack allows about 20 such calls a minute; so long may a change of a group take to show."""
FAILURE_CACHED_FOR = 5.0
"""Seconds that a failed look-up is not tried again."""
TIME_LIMIT = 1.5
"""Seconds that one click waits for its look-ups."""


class GroupLookup:
    """Members of user groups, cached. A look-up that fails counts as not a member."""

    def __init__(self, slack: AsyncWebClient, *, cached_for: float = CACHED_FOR) -> None:
        self._slack = slack
        self._cached_for = cached_for
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._running: dict[str, asyncio.Task[frozenset[str]]] = {}

    async def groups_of(self, user: str, groups: Sequence[str]) -> tuple[str, ...]:
        """Return those of the groups that the user is in."""
        tasks = {group: self._members(group) for group in dict.fromkeys(groups)}
        if not tasks:
            return ()
        done, late = await asyncio.wait(tasks.values(), timeout=TIME_LIMIT)
        if late:
            log.warning("user groups were not looked up in time: nobody counts as a member", groups=len(late))
        return tuple(group for group, task in tasks.items() if task in done and user in task.result())

    def _members(self, group: str) -> asyncio.Task[frozenset[str]]:
        # Clicks at the same moment share one look-up; one that is late for its click still fills the cache.
        task = self._running.get(group)
        if task is None:
            task = asyncio.create_task(self._look_up(group))
            self._running[group] = task
            task.add_done_callback(lambda _: self._running.pop(group, None))
        return task

    async def _look_up(self, group: str) -> frozenset[str]:
        clock = asyncio.get_running_loop().time
        until, members = self._known.get(group, (0.0, frozenset()))
        if clock() < until:
            return members
        try:
            answer = await self._slack.usergroups_users_list(usergroup=group)
        except SLACK_ERRORS as error:
            log.warning(
                "a user group cannot be looked up: nobody counts as a member",
                group=group,
                problem=f"{type(error).__name__}: {error}"[:300],
            )
            members, valid = frozenset(), FAILURE_CACHED_FOR
        else:
            members, valid = frozenset(map(str, answer.get("users") or [])), self._cached_for
        self._known[group] = (clock() + valid, members)
        return members
