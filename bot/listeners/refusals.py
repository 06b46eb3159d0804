"""Tells users that a payload was refused."""

import structlog

from bot.block_kit.text import Message
from bot.listeners.acknowledge import Body
from bot.payloads.schemas import PayloadRefused, response_url_of
from bot.web_api.ephemeral_messages import EphemeralMessages

log = structlog.stdlib.get_logger(__name__)


async def refuse(ephemeral: EphemeralMessages, body: Body, refused: PayloadRefused, sentence: str) -> None:
    """Log why the payload was refused, and show the sentence to the user."""
    log.warning("payload refused", type=body.get("type"), problem=str(refused))
    await show_refusal(ephemeral, body, sentence)


async def show_refusal(ephemeral: EphemeralMessages, body: Body, sentence: str) -> None:
    """Show the sentence to the user, if the payload has a response_url."""
    if url := response_url_of(body):
        await ephemeral.respond(url, Message(text=sentence))
