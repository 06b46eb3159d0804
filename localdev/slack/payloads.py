"""The payloads of envelopes, field for field as Slack sends them."""

from localdev.slack.clock import TsClock
from localdev.slack.models import Channel, ChannelKind, Message, ResponseHook, User
from localdev.slack.webapi.history import with_thread
from localdev.slack.wire import Json
from localdev.slack.workspace import Workspace

VERIFICATION_TOKEN = "verification-token"  # noqa: S105 - obsolete at Slack, still sent


def slash_command(
    workspace: Workspace, user: User, channel: Channel, *, command: str, text: str, response_url: str
) -> Json:
    """What a slash command sends; here, and only here, is_enterprise_install is a string."""
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
        "trigger_id": workspace.new_trigger(),
    }


def message_action(
    workspace: Workspace,
    user: User,
    channel: Channel,
    message: Message,
    *,
    action: Json,
    response_url: str,
) -> Json:
    """block_actions of an element in a message. Slack leaves `message` out for ephemerals."""
    is_ephemeral = message.visible_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload: Json = {
        "type": "block_actions",
        "user": _user(workspace, user),
        "api_app_id": workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "container": container,
        "trigger_id": workspace.new_trigger(),
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message": {**with_thread(workspace, message), "team": workspace.team_id},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    if is_ephemeral:
        del payload["message"]
    return payload


def pressed(element: Json, block_id: str, *, option: Json | None = None) -> Json:
    """The entry of `actions` for a pressed button or a chosen menu option."""
    action: Json = {"action_id": element["action_id"], "block_id": block_id}
    if option is None:
        kept = ("text", "value", "style", "url", "confirm")
        action |= {name: element[name] for name in kept if name in element}
    else:
        action["selected_option"] = option
        if "confirm" in element:
            action["confirm"] = element["confirm"]
    return {**action, "type": element["type"], "action_ts": TsClock().next()}


def response_url(base_url: str, workspace: Workspace, hook: ResponseHook) -> str:
    """The address of a hook."""
    return f"{base_url}/hooks/{hook.kind}/{workspace.team_id}/{hook.id}"


def _user(workspace: Workspace, user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.team_id}


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.kind is ChannelKind.DIRECT else channel.name
