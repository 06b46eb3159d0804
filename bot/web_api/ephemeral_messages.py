"""Shows messages to one user only, with `chat.postEphemeral` or a response_url.

Best effort: a failure is logged and not retried. What has to be seen stands on a card or in a direct message.
"""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.text import Json, Message, mrkdwn, section
from bot.web_api.client import build_webhook, is_slack_url
from bot.web_api.errors import SLACK_ERRORS, describe

log = structlog.stdlib.get_logger(__name__)


class EphemeralMessages:
    """Answers the user who clicked, typed or submitted."""

    def __init__(self, slack: AsyncWebClient) -> None:
        self._slack = slack

    async def send_text(self, user: str, channel: str, text: str, response_url: str | None) -> None:
        """Show one text. It is formatted as mrkdwn, so text from outside must be escaped."""
        await self.send(user, channel, Message(text=text, blocks=[section(mrkdwn(text))]), response_url)

    async def send(self, user: str, channel: str, message: Message, response_url: str | None) -> None:
        """Show a message in the channel; if that fails, through the response_url."""
        try:
            await self._slack.chat_postEphemeral(
                channel=channel, user=user, text=message.text, blocks=message.blocks
            )
        except SLACK_ERRORS as error:
            log.warning(
                "Slack call failed",
                method="chat.postEphemeral",
                user=user,
                channel=channel,
                error=describe(error),
            )
            if response_url is not None:
                await self.respond(response_url, message)

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer through a response_url, which also works in channels that the bot is not in."""
        if not is_slack_url(response_url, self._slack.base_url):
            log.warning("message not sent: the response_url is not of Slack")
            return
        body: Json = {
            "text": message.text,
            # Without blocks Slack turns URLs in the text into links.
            "blocks": message.blocks or [section(mrkdwn(message.text))],
            "response_type": "ephemeral",
            "replace_original": replace,
        }
        try:
            answer = await build_webhook(response_url).send_dict(body)
        except SLACK_ERRORS as error:
            log.warning("Slack call failed", method="response_url", error=describe(error))
            return
        if answer.status_code != 200:
            log.warning(
                "Slack call failed",
                method="response_url",
                status=answer.status_code,
                error=answer.body[:200],
            )
