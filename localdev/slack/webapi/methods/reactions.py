"""The reactions.* methods."""

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.messages.message_json import message_json
from localdev.slack.webapi.call import Call
from localdev.slack.workspace.models import EMOJI_NAME, Message


async def add(call: Call) -> Json:
    """reactions.add: react as the bot."""
    message, name = _message(call), _name(call)
    if not call.workspace.react(message, call.app.bot_user_id, name, on=True):
        raise SlackError("already_reacted")
    return {}


async def remove(call: Call) -> Json:
    """reactions.remove: remove the bot's reaction."""
    message, name = _message(call), _name(call)
    if not call.workspace.react(message, call.app.bot_user_id, name, on=False):
        raise SlackError("no_reaction")
    return {}


async def get(call: Call) -> Json:
    """reactions.get: a message with its reactions."""
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": message_json(call.workspace, message)}


def _message(call: Call) -> Message:
    if not call.args.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.joined_channel()
    message = call.workspace.message(channel.id, call.args.required("timestamp"))
    if message is None or message.visible_to is not None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    return message


def _name(call: Call) -> str:
    name = (call.args.text("name") or "").strip(":")
    if not EMOJI_NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name
