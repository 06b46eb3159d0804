"""Opening modals: a trigger id opens one, within three seconds."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.views.blocks.text import Json
from bot.views.sentences.decisions import SOMETHING_BROKE, maybe_opened, too_slow
from bot.web_api.errors import SLACK_ERRORS, Remedy, remedy_of

log = structlog.stdlib.get_logger(__name__)


async def open_modal(
    slack: AsyncWebClient, trigger_id: str, view: Json, *, again: str = "click again"
) -> str | None:
    """Open it at once. If that did not work, return the sentence for whoever wanted it.

    `again` says how to try again.
    """
    try:
        await slack.views_open(trigger_id=trigger_id, view=view)
    except SLACK_ERRORS as error:
        remedy = remedy_of(error)
        problem = f"{type(error).__name__}: {error}"[:300]
        log.warning("a form could not be opened", form=view["callback_id"], problem=problem)
        if remedy is Remedy.CLICK_AGAIN:
            return too_slow(again)
        return maybe_opened(again) if remedy is Remedy.LOOK_FIRST else SOMETHING_BROKE
    return None
