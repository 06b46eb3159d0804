"""Builds the payloads of interactions and slash commands, with the same fields as Slack's."""

from localdev.slack.json_values import Json
from localdev.slack.messages.message_json import threaded_message_json
from localdev.slack.socket_mode.frames import VERIFICATION_TOKEN
from localdev.slack.workspace.models import Channel, ChannelKind, Message, ResponseUrl, User, View
from localdev.slack.workspace.timestamps import TimestampClock
from localdev.slack.workspace.workspace import Workspace


def slash_command(
    workspace: Workspace, user: User, channel: Channel, *, command: str, text: str, response_url: str
) -> Json:
    """Return the payload of a slash command. Only here is `is_enterprise_install` a string."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.triggers.new(user.id),
    }


def message_action(
    workspace: Workspace,
    user: User,
    channel: Channel,
    message: Message,
    *,
    action: Json,
    values: Json,
    response_url: str,
) -> Json:
    """Return `block_actions` for an element of a message.

    An ephemeral one has no `message`, as with Slack.
    """
    payload: Json = {
        "type": "block_actions",
        **_common(workspace, user),
        "container": message_container(message),
        "trigger_id": workspace.triggers.new(user.id),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message": {**threaded_message_json(workspace, message), "team": workspace.team_id},
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }
    if message.visible_to is not None:
        del payload["message"]
    return payload


def view_action(workspace: Workspace, user: User, view: View, *, action: Json) -> Json:
    """Return `block_actions` for an element of a modal or a Home tab."""
    return {
        "type": "block_actions",
        **_common(workspace, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.triggers.new(user.id, view.id),
        "view": workspace.views.view_json(view),
        "actions": [action],
    }


def suggestion(workspace: Workspace, user: User, where: Json, *, element: Json, typed: str) -> Json:
    """Return `block_suggestion`, which asks for the options of an external menu.

    `where` has the fields that name the place: `container`, and `view` or `channel`.
    """
    return {
        "type": "block_suggestion",
        **_common(workspace, user),
        **where,
        "block_id": element["block_id"],
        "action_id": element["action_id"],
        "value": typed,
    }


def view_submission(workspace: Workspace, user: User, view: View, response_urls: list[Json]) -> Json:
    """Return `view_submission`."""
    return {
        "type": "view_submission",
        **_common(workspace, user),
        "trigger_id": workspace.triggers.new(user.id, view.id),
        "view": workspace.views.view_json(view),
        "response_urls": response_urls,
    }


def view_closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> Json:
    """Return `view_closed`."""
    return {
        "type": "view_closed",
        **_common(workspace, user),
        "view": workspace.views.view_json(view),
        "is_cleared": is_cleared,
    }


def message_container(message: Message) -> Json:
    """Return the `container` of a message."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return container


def pressed(element: Json, block_id: str, state: Json | None = None, *, option: Json | None = None) -> Json:
    """Return the entry of `actions` for an element with a new `state`, an overflow `option`, or a button."""
    action: Json = {"action_id": element["action_id"], "block_id": block_id}
    kept: tuple[str, ...] = ("confirm", "placeholder")
    if state is not None:
        action |= {name: value for name, value in state.items() if name != "type"}
        kept = (*kept, *(name for name in element if name.startswith("initial_")))
    elif option is not None:
        action["selected_option"] = option
    else:
        kept = ("text", "value", "style", "url", "confirm")
    action |= {name: element[name] for name in kept if name in element}
    return {**action, "type": element["type"], "action_ts": TimestampClock().next()}


def response_url(workspace: Workspace, hook: ResponseUrl) -> str:
    """Return the address of a response url."""
    return f"{workspace.base_url}/hooks/{hook.kind}/{workspace.team_id}/{hook.id}"


def _common(workspace: Workspace, user: User) -> Json:
    return {
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.home_team or workspace.team_id,
        },
        "api_app_id": workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_name(channel: Channel) -> str:
    if channel.kind is ChannelKind.DIRECT:
        return "directmessage"
    return "privategroup" if channel.kind is ChannelKind.PRIVATE else channel.name
