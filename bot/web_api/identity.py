"""The bot's own ids in Slack, which payloads are compared with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace, user, bot and app of the bot token, as auth.test and bots.info return them.

    `team_id` is None where the app is installed for a whole organisation, `enterprise_id`. `app_id` is None
    if Slack did not return it.
    """

    team_id: str | None
    team: str
    user_id: str
    bot_id: str | None
    app_id: str | None = None
    enterprise_id: str | None = None
