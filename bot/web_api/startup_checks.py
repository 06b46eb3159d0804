"""Checks the tokens and the approvals channel at startup. While Slack cannot be reached, they wait."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential

from bot.web_api.errors import SLACK_ERRORS, Remedy, error_code, operator_hint, remedy_of
from bot.web_api.identity import Identity
from orchestration.settings import SettingsWrong

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")

MAX_WAIT = 15
"""Seconds between tries while Slack cannot be reached."""

_WRONG_APP_TOKEN = {"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "token_expired"}


async def identify(slack: AsyncWebClient) -> Identity:
    """Return the identity of the bot token. Raises SettingsWrong if Slack refuses the token."""
    try:
        answer = await _retrying("auth.test", slack.auth_test)
    except SlackApiError as error:
        code = error_code(error)
        raise SettingsWrong(f"SLACK_BOT_TOKEN: Slack says {code}; {_hint(error)}") from None
    team = None if answer.get("is_enterprise_install") else answer.get("team_id")
    identity = Identity(
        team_id=team,
        team=str(answer.get("team")),
        user_id=str(answer["user_id"]),
        bot_id=answer.get("bot_id"),
        app_id=await _app_of(slack, answer.get("bot_id")),
        enterprise_id=answer.get("enterprise_id"),
    )
    log.info("bot token accepted", team=identity.team, bot_user=identity.user_id)
    return identity


async def _app_of(slack: AsyncWebClient, bot_id: str | None) -> str | None:
    """Return the app of the bot. None with a warning if Slack refuses: payloads of other apps then pass."""
    if bot_id is None:
        return None
    try:
        answer = await _retrying("bots.info", lambda: slack.bots_info(bot=bot_id))
    except SlackApiError as error:
        log.warning("app of this bot unknown: payloads are not checked for their app", problem=_hint(error))
        return None
    return (answer.get("bot") or {}).get("app_id")


async def open_connection(slack: AsyncWebClient, app_token: str) -> str:
    """Return a URL for a connection, which proves the app-level token. Raises SettingsWrong."""
    try:
        answer = await _retrying(
            "apps.connections.open", lambda: slack.apps_connections_open(app_token=app_token)
        )
    except SlackApiError as error:
        code = error_code(error)
        raise SettingsWrong(f"SLACK_APP_TOKEN: Slack says {code}; {app_token_advice(code)}") from None
    return str(answer["url"])


def app_token_advice(code: str) -> str:
    """Return what to do when `apps.connections.open` fails with this error code."""
    if code in _WRONG_APP_TOKEN:
        return 'it must be an app-level token (xapp-...) of this app, made on its page "Basic Information"'
    if code == "missing_scope":
        return "the app-level token needs the scope connections:write"
    return "check that Socket Mode is on in the app's settings"


async def check_approvals_channel(slack: AsyncWebClient, channel: str) -> None:
    """Log a warning if cards cannot be posted in the channel. They wait, so the bot starts all the same."""
    try:
        answer = await slack.conversations_info(channel=channel)
    except SlackApiError as error:
        if error_code(error) != "missing_scope":
            log.warning("approvals channel not usable yet: cards wait", channel=channel, problem=_hint(error))
        return
    except SLACK_ERRORS as error:
        log.warning("approvals channel not checked", channel=channel, problem=str(error))
        return
    found = answer.get("channel") or {}
    if found.get("is_archived"):
        log.warning("the approvals channel is archived: cards wait until it is not", channel=channel)
    elif not found.get("is_member"):
        log.warning(
            "the bot is not in the approvals channel, cards wait: type /invite @countersign there",
            channel=channel,
            name=found.get("name"),
        )


async def _retrying(method: str, call: Callable[[], Awaitable[T]]) -> T:
    def log_retry(state: RetryCallState) -> None:
        reason = state.outcome.exception() if state.outcome else None
        problem = f"{type(reason).__name__} {reason}".strip()[:200]
        log.warning("waiting for Slack", method=method, problem=problem, attempt=state.attempt_number)

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(_is_temporary),
        wait=wait_exponential(multiplier=0.5, max=MAX_WAIT),
        before_sleep=log_retry,
        reraise=True,
    ):
        with attempt:
            return await call()
    raise AssertionError("there is no limit to the attempts")


def _is_temporary(error: BaseException) -> bool:
    if isinstance(error, SlackApiError):
        return remedy_of(error) in {Remedy.WAIT, Remedy.LOOK_FIRST}
    return isinstance(error, SLACK_ERRORS)


def _hint(error: SlackApiError) -> str:
    return operator_hint(error) if remedy_of(error) is Remedy.OPERATOR else f"Slack says {error_code(error)}"
