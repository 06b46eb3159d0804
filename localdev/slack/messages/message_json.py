"""Renders messages and files as JSON for the Web API and payloads."""

from localdev.slack.json_values import Json
from localdev.slack.workspace.models import File, Message
from localdev.slack.workspace.workspace import Workspace


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """Return the JSON of a message, without the fields that describe its thread."""
    fields: Json = {"user": message.user, "type": "message", "ts": message.ts}
    optional: Json = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
    }
    fields |= {key: value for key, value in optional.items() if value is not None}
    fields["text"] = message.text
    if message.blocks:
        fields["blocks"] = list(message.blocks)
    if message.attachments:
        fields["attachments"] = list(message.attachments)
    if message.edited:
        fields["edited"] = message.edited.model_dump()
    if message.reactions:
        fields["reactions"] = [
            {"name": one.name, "users": list(one.users), "count": len(one.users)} for one in message.reactions
        ]
    if message.files:
        fields["files"] = [file_json(workspace, file) for file in message.files]
    if message.thread_ts:
        fields["thread_ts"] = message.thread_ts
    if with_metadata and message.metadata is not None:
        fields["metadata"] = message.metadata
    return fields


def threaded_message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """Return the JSON of a message, with the fields that describe its thread."""
    fields = message_json(workspace, message, with_metadata=with_metadata)
    if message.bot_id:
        fields["team"] = workspace.team_id
    replies = workspace.replies(message)
    if replies:
        people = list(dict.fromkeys(reply.user for reply in replies))
        fields |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(people),
            "latest_reply": replies[-1].ts,
            "reply_users": people[:5],
            "is_locked": False,
            "subscribed": False,
        }
    elif message.thread_ts:
        parent = workspace.message(message.channel, message.thread_ts)
        fields["parent_user_id"] = parent.user if parent else None
        if message.reply_broadcast:
            fields["subtype"] = "thread_broadcast"
    return fields


def file_json(workspace: Workspace, file: File) -> Json:
    """Return the JSON of a file. The simulator's page reads the bytes from `/control/files/<id>`."""
    return {
        **file.model_dump(exclude={"alt_text"}),
        "timestamp": file.created,
        "pretty_type": file.filetype.upper(),
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": f"{workspace.base_url}/files/{file.id}",
        "url_private_download": f"{workspace.base_url}/files/{file.id}",
        "alt_txt": file.alt_text,
    }
