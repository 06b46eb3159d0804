"""Builds the Bolt app. Building it opens no connection."""

from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import listeners
from bot.dependencies import Dependencies
from bot.log_filters import BOLT_LOGGER, filter_expected_tracebacks

log = structlog.stdlib.get_logger(__name__)


def build_app(deps: Dependencies) -> AsyncApp:
    """Build the app with all its listeners."""
    filter_expected_tracebacks()
    app = AsyncApp(
        name="countersign",
        logger=BOLT_LOGGER,
        client=deps.slack,
        authorize=_authorized(deps),
        process_before_response=False,
        request_verification_enabled=False,  # for signed HTTP requests; Socket Mode is authenticated already
    )
    app.error(_on_error)
    listeners.register(app, deps)
    return app


def _authorized(deps: Dependencies) -> Callable[[], Awaitable[AuthorizeResult]]:
    # Without this, Bolt would call auth.test within the three seconds for the first ack.
    result = AuthorizeResult(
        enterprise_id=None,
        team_id=deps.identity.team_id,
        bot_user_id=deps.identity.user_id,
        bot_id=deps.identity.bot_id,
        bot_token=deps.slack.token,
    )

    async def authorize() -> AuthorizeResult:
        return result

    return authorize


async def _on_error(error: Exception) -> None:
    """Log the errors of Bolt itself; the listeners catch their own."""
    log.error("Bolt could not handle a payload", exc_info=error)
