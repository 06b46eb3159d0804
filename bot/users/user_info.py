"""Looks up the account and the time zone of a user at the moment of a click."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.users.cached_lookup import CACHED_FOR, CachedLookup
from bot.web_api.identity import Identity
from orchestration.domain.actor import Account
from orchestration.domain.written_times.moments import find_zone

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class UserInfo:
    """`time_zone` is an IANA name; None if Slack returned no zone, or one that this machine does not know."""

    account: Account
    time_zone: str | None = None


_UNKNOWN = UserInfo(Account.UNKNOWN)


class UserLookup:
    """Looks users up with users.info. If a look-up fails or takes too long, the account is UNKNOWN."""

    def __init__(self, slack: AsyncWebClient, identity: Identity, *, cached_for: float = CACHED_FOR) -> None:
        self._slack = slack
        self._identity = identity
        self._users: CachedLookup[UserInfo] = CachedLookup(
            self._fetch,
            _UNKNOWN,
            what="account",
            consequence="it cannot decide",
            cached_for=cached_for,
        )

    async def user_info(self, user: str) -> UserInfo:
        """Return what Slack knows of the user."""
        return (await self._users.get(user))[user]

    async def _fetch(self, user: str) -> UserInfo:
        found = (await self._slack.users_info(user=user)).get("user")
        if not isinstance(found, dict):
            raise LookupError("the answer of users.info has no user")  # noqa: TRY004 - no caller's mistake
        return UserInfo(account_of(found, self._identity), _time_zone(user, str(found.get("tz") or "")))


def account_of(found: dict[str, Any], identity: Identity) -> Account:
    """Return the kind of account that a user object of Slack describes."""
    if found.get("is_stranger") or not _is_in_workspace(found, identity):
        return Account.EXTERNAL
    if found.get("deleted"):
        return Account.DEACTIVATED
    if found.get("is_bot") or found.get("is_workflow_bot"):
        return Account.BOT
    if found.get("is_restricted") or found.get("is_ultra_restricted"):
        return Account.GUEST
    return Account.MEMBER


def _is_in_workspace(found: dict[str, Any], identity: Identity) -> bool:
    grid = found.get("enterprise_user") or {}
    if identity.team_id is None:
        return identity.enterprise_id is None or grid.get("enterprise_id") == identity.enterprise_id
    # In an Enterprise Grid a user's home can be another workspace while the user is a member of ours too.
    return found.get("team_id") == identity.team_id or identity.team_id in (grid.get("teams") or ())


def _time_zone(user: str, name: str) -> str | None:
    try:
        find_zone(name)
    except ValueError as error:
        log.warning("time zone of a user not usable: UTC is used", user=user, problem=str(error)[:300])
        return None
    return name
