"""The settings of `python -m bot`, read from the environment or `.env`."""

import re
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr, TypeAdapter, ValidationError, field_validator

from orchestration.settings import ProcessSettings

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,30}")


class BotSettings(ProcessSettings):
    """The settings of the bot. No error message repeats a token."""

    slack_bot_token: SecretStr
    """The Bot User OAuth Token (xoxb-...), from the app's page "OAuth & Permissions"."""
    slack_app_token: SecretStr
    """The app-level token (xapp-...) with the scope connections:write, from the page "Basic Information"."""
    slack_api_url: Annotated[str, Field(min_length=1)] = "https://slack.com/api/"
    """Base URL of the Web API. The URL of the Socket Mode connection comes from there too."""
    slack_approvals_channel: str
    """Id of the channel in which cards are posted."""

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr) -> SecretStr:
        return _beginning_with("xoxb-", token, 'the "Bot User OAuth Token" of the page "OAuth & Permissions"')

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr) -> SecretStr:
        return _beginning_with("xapp-", token, 'an "App-Level Token" of the page "Basic Information"')

    @field_validator("slack_api_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        try:
            TypeAdapter(AnyHttpUrl).validate_python(url)
        except ValidationError:
            raise ValueError("must be a URL such as https://slack.com/api/") from None
        return url if url.endswith("/") else f"{url}/"

    @field_validator("slack_approvals_channel")
    @classmethod
    def _is_channel_id(cls, channel: str) -> str:
        if not _CHANNEL_ID.fullmatch(channel):
            raise ValueError(
                "must be a channel's id (C... or G...), not its name; in Slack, click the channel's name: "
                'the id stands at the bottom of the tab "About"'
            )
        return channel


def _beginning_with(prefix: str, token: SecretStr, where: str) -> SecretStr:
    secret = token.get_secret_value()
    if not secret.startswith(prefix) or any(c.isspace() for c in secret):
        raise ValueError(f"must begin with {prefix}, without spaces: {where}")
    return token
