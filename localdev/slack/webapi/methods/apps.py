"""The methods auth.test, bots.info and apps.connections.open."""

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.webapi.call import Call


async def auth_test(call: Call) -> Json:
    """auth.test: the bot user of the token."""
    bot = call.workspace.users[call.app.bot_user_id]
    return {
        "url": f"https://{call.workspace.domain}.slack.com/",
        "team": call.workspace.team_name,
        "user": bot.name,
        "team_id": call.workspace.team_id,
        "user_id": bot.id,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


async def bots_info(call: Call) -> Json:
    """bots.info: the app of a bot."""
    if call.args.required("bot") != call.app.bot_id:
        raise SlackError("bot_not_found")
    bot = call.workspace.users[call.app.bot_user_id]
    about: Json = {"id": call.app.bot_id, "deleted": False, "name": call.app.name, "app_id": call.app.id}
    return {"bot": about | {"user_id": bot.id, "updated": 1_700_000_000, "icons": {}}}


async def connections_open(call: Call) -> Json:
    """apps.connections.open: a URL for one Socket Mode connection."""
    if not call.sockets.enabled:
        raise SlackError("socket_mode_not_enabled")
    return {"url": call.sockets.new_url()}
