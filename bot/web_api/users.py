"""What Slack knows of a person at the moment of the click: what their account is, and their time zone."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.web_api.cached_lookup import CACHED_FOR, TIME_LIMIT, CachedLookup, LookupFailed
from bot.web_api.errors import SLACK_ERRORS
from bot.web_api.identity import Identity
from orchestration.domain.actor import Account
from orchestration.domain.written_times import find_zone

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackUserInfo:
    """`zone` is the name of an IANA time zone; None: Slack does not say, or names one that nobody knows."""

    account: Account
    zone: str | None = None


_NOBODY_SAYS = SlackUserInfo(Account.UNKNOWN)


class UserLookup:
    """One look-up for account and time zone, cached. One that fails, or is late, is an unknown account."""

    def __init__(self, slack: AsyncWebClient, ours: Identity, *, cached_for: float = CACHED_FOR) -> None:
        self._slack = slack
        self._ours = ours
        self._known: CachedLookup[SlackUserInfo] = CachedLookup(
            self._ask, _NOBODY_SAYS, cached_for=cached_for
        )

    async def person(self, user: str) -> SlackUserInfo:
        """Look somebody up."""
        task = self._known.start(user)
        done, _ = await asyncio.wait([task], timeout=TIME_LIMIT)
        if not done:
            log.warning("an account was not looked up in time: it decides nothing", user=user)
            return _NOBODY_SAYS
        return task.result()

    async def _ask(self, user: str) -> SlackUserInfo:
        try:
            answer = await self._slack.users_info(user=user)
        except SLACK_ERRORS as error:
            log.warning(
                "an account cannot be looked up: it decides nothing",
                user=user,
                problem=f"{type(error).__name__}: {error}"[:300],
            )
            raise LookupFailed from error
        found = answer.get("user")
        if not isinstance(found, dict):
            log.warning("Slack says nothing of an account: it decides nothing", user=user)
            raise LookupFailed
        return SlackUserInfo(account_of(found, self._ours), _zone(user, str(found.get("tz") or "")))


def account_of(found: dict[str, Any], ours: Identity) -> Account:
    """Read a user object of Slack's."""
    if found.get("is_stranger") or not _is_of_ours(found, ours):
        return Account.STRANGER
    if found.get("deleted"):
        return Account.DEACTIVATED
    if found.get("is_bot") or found.get("is_workflow_bot"):
        return Account.BOT
    if found.get("is_restricted") or found.get("is_ultra_restricted"):
        return Account.GUEST
    return Account.MEMBER


def _is_of_ours(found: dict[str, Any], ours: Identity) -> bool:
    grid = found.get("enterprise_user") or {}
    if ours.team_id is None:
        return ours.enterprise_id is None or grid.get("enterprise_id") == ours.enterprise_id
    # In an Enterprise Grid somebody may have another workspace as their home, and be a member of ours too.
    return found.get("team_id") == ours.team_id or ours.team_id in (grid.get("teams") or ())


def _zone(user: str, name: str) -> str | None:
    try:
        find_zone(name)
    except ValueError as error:
        log.warning("a time zone cannot be used", user=user, problem=str(error)[:300])
        return None
    return name
