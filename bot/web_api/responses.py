"""Answers that only one person sees. Best effort: a failed one is logged, and never all that is said."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.views.blocks.text import Json, Message, mrkdwn, section
from bot.web_api.client import build_webhook, is_of_slack
from bot.web_api.errors import SLACK_ERRORS

log = structlog.stdlib.get_logger(__name__)


class Responses:
    """Says things to the one who clicked or typed."""

    def __init__(self, slack: AsyncWebClient) -> None:
        self._slack = slack

    async def tell(self, user: str, channel: str, sentence: str, response_url: str | None) -> None:
        """Show a sentence of ours (its outside parts escaped) to a clicker, in the channel of the click."""
        message = Message(text=sentence, blocks=[section(mrkdwn(sentence))])
        await self.show(user, channel, message, response_url)

    async def show(self, user: str, channel: str, message: Message, response_url: str | None) -> None:
        """Show a message there, or else through the response_url."""
        try:
            await self._slack.chat_postEphemeral(
                channel=channel, user=user, text=message.text, blocks=message.blocks
            )
        except SLACK_ERRORS as error:
            log.warning("could not answer a click there", user=user, channel=channel, problem=_short(error))
            if response_url is not None:
                await self.respond(response_url, message)

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer through a response_url, which works in channels that the bot is not in."""
        if not is_of_slack(response_url, self._slack.base_url):
            log.warning("not answered: the response_url is not of Slack")
            return
        body: Json = {
            "text": message.text,
            # Without blocks Slack would make links of addresses in it.
            "blocks": message.blocks or [section(mrkdwn(message.text))],
            "response_type": "ephemeral",
            "replace_original": replace,
        }
        try:
            answer = await build_webhook(response_url).send_dict(body)
        except SLACK_ERRORS as error:
            log.warning("could not answer through response_url", problem=_short(error))
            return
        if answer.status_code != 200:
            log.warning(
                "response_url refused the answer", status=answer.status_code, problem=answer.body[:200]
            )


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
