"""conversations.*: what channels there are and who is in them."""

from localdev.slack.models import App, Channel, ChannelKind
from localdev.slack.webapi.call import Call
from localdev.slack.wire import Json, SlackError


def channel_json(app: App, channel: Channel) -> Json:
    """A channel as the Web API shows it to the app's bot."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.kind is ChannelKind.DIRECT,
        "is_org_shared": False,
        "is_archived": channel.is_archived,
    }
    if channel.kind is ChannelKind.DIRECT:
        other = next((m for m in channel.members if m != app.bot_user_id), app.bot_user_id)
        return {**common, "user": other, "is_user_deleted": False, "is_open": True}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_mpim": False,
        "is_private": channel.kind is ChannelKind.PRIVATE,
        "is_general": channel.is_general,
        "is_member": app.bot_user_id in channel.members,
        "is_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


async def info(call: Call) -> Json:
    """conversations.info"""
    channel = call.visible_channel()
    shown = channel_json(call.app, channel)
    if call.args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


async def members(call: Call) -> Json:
    """conversations.members; a private channel without the bot does not exist."""
    channel = call.visible_channel()
    return {"members": list(channel.members), "response_metadata": {"next_cursor": ""}}


async def list_(call: Call) -> Json:
    """conversations.list: the kinds asked for (public channels if none), private ones only with the bot."""
    asked = {kind.strip() for kind in (call.args.text("types") or ChannelKind.PUBLIC).split(",")}
    if unknown := asked - {*ChannelKind, "mpim"}:
        raise SlackError("invalid_types", provided=sorted(unknown))
    listed = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in asked
        and (channel.kind is ChannelKind.PUBLIC or call.app.bot_user_id in channel.members)
        and not (channel.is_archived and call.args.flag("exclude_archived"))
    ]
    return {
        "channels": [
            {**channel_json(call.app, channel), "num_members": len(channel.members)} for channel in listed
        ],
        "response_metadata": {"next_cursor": ""},
    }


async def open_(call: Call) -> Json:
    """conversations.open: the direct message with one user."""
    if call.args.text("channel"):
        return _opened(call, call.visible_channel())
    users = [user.strip() for user in (call.args.text("users") or "").split(",") if user.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    if any(user not in call.workspace.users for user in users):
        raise SlackError("user_not_found")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")  # group messages are not simulated
    if call.workspace.users[users[0]].deleted:
        raise SlackError("user_disabled")
    if call.workspace.users[users[0]].is_bot:
        raise SlackError("cannot_dm_bot")
    return _opened(call, call.workspace.direct_message(users[0]))


def _opened(call: Call, channel: Channel) -> Json:
    if call.args.flag("return_im"):
        return {"channel": channel_json(call.app, channel)}
    return {"channel": {"id": channel.id}}
