"""The chat.* methods: post, update and delete messages, post ephemeral messages."""

import json

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.messages.app_messages import TEXT_TRUNCATED_AT, message_content, post_as_app
from localdev.slack.messages.message_json import message_json
from localdev.slack.webapi.call import Call
from localdev.slack.workspace.models import Channel, ChannelKind, Message
from localdev.slack.workspace.workspace import Workspace

UPDATE_TEXT_LIMIT = 4_000
MARKDOWN_LIMIT = 12_000
METADATA_BYTES = 16_000  # our choice: Slack publishes no number


async def post_message(call: Call) -> Json:
    """chat.postMessage: to a channel the bot is in, a user (their direct message), or a thread."""
    channel = _addressed(call)
    content = _content(call)
    if not any(content.values()):
        raise SlackError("no_text")
    message = post_as_app(
        call.workspace,
        channel.id,
        content,
        metadata=_metadata(call),
        thread_ts=call.thread_ts(channel),
        reply_broadcast=call.args.flag("reply_broadcast"),
    )
    answer = {"channel": channel.id, "ts": message.ts, "message": posted(call.workspace, message)}
    if len(call.args.text("text") or "") > TEXT_TRUNCATED_AT:
        answer["response_metadata"] = {"warnings": ["message_truncated"]}
    return answer


async def update(call: Call) -> Json:
    """chat.update: text without blocks removes the blocks; other fields that are not given stay."""
    channel = call.joined_channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    message = _own_message(call, channel, "cant_update_message")
    content = _content(call)
    if len(str(content["text"])) > UPDATE_TEXT_LIMIT:
        raise SlackError("msg_too_long")
    args = call.args
    if not (args.text("text") or "blocks" in args or "attachments" in args or "markdown_text" in args):
        raise SlackError("no_text")
    changed: Json = {"text": content["text"]}
    if content["blocks"] or "blocks" in args or content["text"]:
        changed["blocks"] = content["blocks"]
    if "attachments" in args:
        changed["attachments"] = content["attachments"]
    if "metadata" in args:
        changed["metadata"] = _metadata(call)
    if not content["blocks"]:  # Slack marks an edit only if the text is shown
        changed["edited"] = call.workspace.edited_now(call.app.bot_user_id)
    if not (changed["text"] or changed.get("blocks", message.blocks) or "attachments" in args):
        raise SlackError("no_text")
    message = call.workspace.replace(message, **changed)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": posted(call.workspace, message),
    }


async def delete(call: Call) -> Json:
    """chat.delete: the bot's own messages."""
    channel = call.joined_channel()
    message = _own_message(call, channel, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: only one user of the channel sees it."""
    channel = call.joined_channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    user = call.args.required("user")
    if user not in call.workspace.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = _content(call)
    if not any(content.values()):
        raise SlackError("no_text")
    thread_ts = call.thread_ts(channel)
    message = post_as_app(call.workspace, channel.id, content, thread_ts=thread_ts, visible_to=user)
    return {"message_ts": message.ts}


def posted(workspace: Workspace, message: Message) -> Json:
    """Return the message as the answers of chat.* have it: with the team, without metadata."""
    return {**message_json(workspace, message), "team": workspace.team_id}


def _addressed(call: Call) -> Channel:
    name = call.args.required("channel")
    workspace = call.workspace
    if name in workspace.users:
        if name == call.app.bot_user_id or workspace.users[name].is_bot:
            raise SlackError("cannot_dm_bot")
        if workspace.users[name].deleted:
            raise SlackError("account_inactive")
        return workspace.direct_message(name)
    channel = workspace.channel_named(name)
    is_in = channel is not None and call.app.bot_user_id in channel.members
    if channel is None or (channel.kind is not ChannelKind.PUBLIC and not is_in):
        raise SlackError("channel_not_found")
    anywhere = call.app.scopes is not None and "chat:write.public" in call.app.scopes
    if not is_in and not anywhere:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _content(call: Call) -> Json:
    text, markdown = call.args.text("text") or "", call.args.text("markdown_text")
    if markdown and (text or "blocks" in call.args):
        raise SlackError("markdown_text_conflict")
    if markdown and len(markdown) > MARKDOWN_LIMIT:
        raise SlackError("msg_too_long")
    blocks = call.args.structure("blocks", "invalid_blocks_format")
    attachments = call.args.structure("attachments", "invalid_attachments")
    return message_content(text or markdown or "", blocks, attachments)


def _metadata(call: Call) -> Json | None:
    value = call.args.structure("metadata", "invalid_metadata_format")
    if value is None or value == {}:
        return None
    if not isinstance(value, dict) or set(value) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    event_type, payload = value.get("event_type"), value.get("event_payload")
    if not (isinstance(event_type, str) and event_type and isinstance(payload, dict)):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return value


def _own_message(call: Call, channel: Channel, refusal: str) -> Message:
    message = call.workspace.message(channel.id, call.args.required("ts"))
    if message is None or message.visible_to is not None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.bot_id != call.app.bot_id:
        raise SlackError(refusal)
    return message
