"""The time zone that somebody has set in Slack."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_errors import SLACK_ERRORS
from orchestration.domain.until import find_zone

log = structlog.stdlib.get_logger(__name__)


async def zone_of(slack: AsyncWebClient, user: str) -> str | None:
    """Return its IANA name; None if Slack does not say, or names one that nobody knows."""
    try:
        answer = await slack.users_info(user=user)
        zone = str((answer.get("user") or {}).get("tz") or "")
        find_zone(zone)
    except (*SLACK_ERRORS, ValueError) as error:
        log.warning(
            "a time zone cannot be asked", user=user, problem=f"{type(error).__name__}: {error}"[:300]
        )
        return None
    return zone
