"""The conversations.* methods, except history and replies."""

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.webapi.call import Call
from localdev.slack.webapi.paging import paged
from localdev.slack.workspace.models import App, Channel, ChannelKind

LARGEST_GROUP = 8


def channel_json(app: App, channel: Channel) -> Json:
    """Return the JSON of a channel for the app's bot."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.kind is ChannelKind.DIRECT,
        "is_org_shared": False,
        "is_archived": channel.is_archived,
    }
    if channel.kind is ChannelKind.GROUP:
        common["is_open"] = True
    if channel.kind is ChannelKind.DIRECT:
        other = next((m for m in channel.members if m != app.bot_user_id), app.bot_user_id)
        return {**common, "user": other, "is_user_deleted": False, "is_open": True}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_mpim": channel.kind is ChannelKind.GROUP,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_general": channel.is_general,
        "is_member": app.bot_user_id in channel.members,
        "is_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


async def info(call: Call) -> Json:
    """conversations.info: one channel."""
    channel = call.visible_channel()
    shown = channel_json(call.app, channel)
    if call.args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


async def members(call: Call) -> Json:
    """conversations.members: the members of a channel that the bot can see."""
    channel = call.visible_channel()
    page, next_cursor = paged(call, list(channel.members))
    return {"members": page, "response_metadata": {"next_cursor": next_cursor}}


async def list_(call: Call) -> Json:
    """conversations.list: channels of the given `types` (public by default) that the bot can see."""
    asked = {kind.strip() for kind in (call.args.text("types") or ChannelKind.PUBLIC).split(",")}
    if unknown := asked - {*ChannelKind}:
        raise SlackError("invalid_types", provided=sorted(unknown))
    for kind in sorted(asked):
        call.check_kind(ChannelKind(kind))
    listed = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in asked
        and (channel.kind is ChannelKind.PUBLIC or call.app.bot_user_id in channel.members)
        and not (channel.is_archived and call.args.flag("exclude_archived"))
    ]
    page, next_cursor = paged(call, listed)
    return {
        "channels": [
            {**channel_json(call.app, channel), "num_members": len(channel.members)} for channel in page
        ],
        "response_metadata": {"next_cursor": next_cursor},
    }


async def join(call: Call) -> Json:
    """conversations.join: the bot joins a public channel."""
    channel = call.visible_channel()
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    answer: Json = {}
    if call.app.bot_user_id in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        call.workspace.set_member(channel.id, call.app.bot_user_id, member=True)
    return {"channel": channel_json(call.app, call.workspace.channels[channel.id]), **answer}


async def invite(call: Call) -> Json:
    """conversations.invite: add users to a channel that the bot is in."""
    channel = call.joined_channel()
    if channel.kind in {ChannelKind.DIRECT, ChannelKind.GROUP}:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    users = [user.strip() for user in (call.args.text("users") or "").split(",") if user.strip()]
    if not users:
        raise SlackError("no_user")
    if call.app.bot_user_id in users:
        raise SlackError("cant_invite_self")
    for user in users:
        if user not in call.workspace.users:
            raise SlackError("user_not_found")
        if user in channel.members:
            raise SlackError("already_in_channel")
    for user in users:
        call.workspace.set_member(channel.id, user, member=True)
    return {"channel": channel_json(call.app, call.workspace.channels[channel.id])}


async def open_(call: Call) -> Json:
    """conversations.open: the direct message with one user, or the group message with up to eight users."""
    if call.args.text("channel"):
        return _opened(call, call.visible_channel())
    users = [user.strip() for user in (call.args.text("users") or "").split(",") if user.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    if any(user not in call.workspace.users for user in users):
        raise SlackError("user_not_found")
    users = [user for user in dict.fromkeys(users) if user != call.app.bot_user_id or len(users) == 1]
    if len(users) > 1:
        call.check_kind(ChannelKind.GROUP)
        if len(users) > LARGEST_GROUP:
            raise SlackError("too_many_users")
        return _opened(call, call.workspace.group_message(frozenset(users)))
    call.check_kind(ChannelKind.DIRECT)
    if call.workspace.users[users[0]].deleted:
        raise SlackError("user_disabled")
    if call.workspace.users[users[0]].is_bot:
        raise SlackError("cannot_dm_bot")
    return _opened(call, call.workspace.direct_message(users[0]))


def _opened(call: Call, channel: Channel) -> Json:
    if call.args.flag("return_im"):
        return {"channel": channel_json(call.app, channel)}
    return {"channel": {"id": channel.id}}
