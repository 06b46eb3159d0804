"""Opens modals with `views.open`."""

from enum import StrEnum

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.text import Json
from bot.web_api.errors import SLACK_ERRORS, Remedy, describe, remedy_of

log = structlog.stdlib.get_logger(__name__)


class ModalFailure(StrEnum):
    """Why a modal was not opened."""

    TRIGGER_EXPIRED = "trigger_expired"
    """The call came later than three seconds after the interaction."""
    NO_ANSWER = "no_answer"
    """Slack may have opened the modal."""
    REFUSED = "refused"


async def open_modal(slack: AsyncWebClient, trigger_id: str, view: Json) -> ModalFailure | None:
    """Open a modal. Returns None if it is open. A trigger id opens one modal, so there is no retry."""
    try:
        await slack.views_open(trigger_id=trigger_id, view=view)
    except SLACK_ERRORS as error:
        log.warning(
            "Slack call failed",
            method="views.open",
            callback_id=view["callback_id"],
            error=describe(error),
        )
        match remedy_of(error):
            case Remedy.CLICK_AGAIN:
                return ModalFailure.TRIGGER_EXPIRED
            case Remedy.LOOK_FIRST:
                return ModalFailure.NO_ANSWER
            case _:
                return ModalFailure.REFUSED
    return None
