"""Reads the payload of the slash command `/order`. What the text means is parsed in `bot.commands`."""

from bot.ids import COMMAND
from bot.payloads.origin import check_origin
from bot.payloads.schemas import (
    Id,
    Payload,
    PayloadRefused,
    ResponseUrl,
    Schema,
    Sender,
    SlackId,
    TriggerId,
    read,
)
from bot.web_api.identity import Identity

MAX_TEXT = 3000
"""Characters of the text that are read; the rest is cut off."""


class SlashCommand(Schema):
    """One use of `/order`: the text behind it, who typed it, and how to answer."""

    text: str
    user: SlackId
    channel: str
    response_url: ResponseUrl
    trigger_id: TriggerId


class _SlashCommand(Schema):
    command: str
    text: str = ""
    user_id: SlackId
    team_id: SlackId
    enterprise_id: SlackId | None = None
    api_app_id: SlackId | None = None
    channel_id: str
    response_url: ResponseUrl
    trigger_id: TriggerId
    is_enterprise_install: bool = False
    """Slack sends a string here, "false"."""

    @property
    def origin(self) -> Payload:
        """Return the sender's fields, which are flat here, in the form that interaction payloads have."""
        return Payload(
            user=Sender(id=self.user_id),
            team=Id(id=self.team_id),
            enterprise=Id(id=self.enterprise_id) if self.enterprise_id else None,
            api_app_id=self.api_app_id,
            is_enterprise_install=self.is_enterprise_install,
        )


def parse_slash_command(body: object, identity: Identity | None = None) -> SlashCommand:
    """Read a slash command. Raises PayloadRefused."""
    payload = read(_SlashCommand, body)
    check_origin(payload.origin, identity)
    if payload.command != COMMAND:
        raise PayloadRefused(f"the command is not {COMMAND}")
    return SlashCommand(
        text=payload.text[:MAX_TEXT],
        user=payload.user_id,
        channel=payload.channel_id,
        response_url=payload.response_url,
        trigger_id=payload.trigger_id,
    )
