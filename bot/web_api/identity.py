"""Who we are in Slack: what payloads are compared with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token belongs to, as auth.test and bots.info say.

    `team_id` None: to a whole organisation, `enterprise_id`. `app_id` None: Slack did not say.
    """

    team_id: str | None
    team: str
    user_id: str
    bot_id: str | None
    app_id: str | None = None
    enterprise_id: str | None = None
