"""Checks before the bot goes to work: a wrong token is named, a Slack that is away is waited for."""

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
    """Ask Slack whose the bot token is. Raises SettingsWrong if it is nobody's."""
    try:
        answer = await _patiently("auth.test", slack.auth_test)
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
    log.info("the bot token is good", team=identity.team, bot_user=identity.user_id)
    return identity


async def _app_of(slack: AsyncWebClient, bot_id: str | None) -> str | None:
    """Ask which app the bot is of. None, and a warning: then payloads of other apps are not told apart."""
    if bot_id is None:
        return None
    try:
        answer = await _patiently("bots.info", lambda: slack.bots_info(bot=bot_id))
    except SlackApiError as error:
        log.warning("Slack does not say which app this bot is of", problem=_hint(error))
        return None
    return (answer.get("bot") or {}).get("app_id")


async def open_connection(slack: AsyncWebClient, app_token: str) -> str:
    """Ask for the socket's address, which proves the app-level token. Raises SettingsWrong."""
    try:
        answer = await _patiently(
            "apps.connections.open", lambda: slack.apps_connections_open(app_token=app_token)
        )
    except SlackApiError as error:
        code = error_code(error)
        raise SettingsWrong(f"SLACK_APP_TOKEN: Slack says {code}; {app_token_advice(code)}") from None
    return str(answer["url"])


def app_token_advice(code: str) -> str:
    """Say what to mend when Slack gives no socket for this reason."""
    if code in _WRONG_APP_TOKEN:
        return 'it must be an app-level token (xapp-...) of this app, made on its page "Basic Information"'
    if code == "missing_scope":
        return "the app-level token needs the scope connections:write"
    return "check that Socket Mode is on in the app's settings"


async def check_approvals_channel(slack: AsyncWebClient, channel: str) -> None:
    """Warn if no card could be posted there; the cards wait, so that is no reason to stop."""
    try:
        answer = await slack.conversations_info(channel=channel)
    except SlackApiError as error:
        if error_code(error) != "missing_scope":
            log.warning("the approvals channel cannot be used yet", channel=channel, problem=_hint(error))
        return
    except SLACK_ERRORS as error:
        log.warning("the approvals channel could not be looked at", channel=channel, problem=str(error))
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


async def _patiently(method: str, call: Callable[[], Awaitable[T]]) -> T:
    def say(state: RetryCallState) -> None:
        reason = state.outcome.exception() if state.outcome else None
        problem = f"{type(reason).__name__} {reason}".strip()[:200]
        log.warning("waiting for Slack", method=method, problem=problem, attempt=state.attempt_number)

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        wait=wait_exponential(multiplier=0.5, max=MAX_WAIT),
        before_sleep=say,
        reraise=True,
    ):
        with attempt:
            return await call()
    raise AssertionError("there is no limit to the attempts")


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, SlackApiError):
        return remedy_of(error) in {Remedy.WAIT, Remedy.LOOK_FIRST}
    return isinstance(error, SLACK_ERRORS)


def _hint(error: SlackApiError) -> str:
    return operator_hint(error) if remedy_of(error) is Remedy.OPERATOR else f"Slack says {error_code(error)}"
