"""The files.* methods: the first and the last step of an upload."""

from localdev.slack.errors import SlackError, invalid_arguments
from localdev.slack.json_values import Json
from localdev.slack.messages.app_messages import message_content, post_as_app
from localdev.slack.messages.message_json import file_json
from localdev.slack.webapi.call import Call
from localdev.slack.workspace.files import LARGEST_BYTES


async def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: the URL to which a file of `length` bytes is uploaded."""
    name, length = call.args.required("filename"), call.args.integer("length", 0)
    if length < 1:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if length > LARGEST_BYTES:
        raise SlackError("file_upload_size_restricted")
    alt_text = call.args.text("alt_txt") or ""
    file, secret = call.workspace.files.announce(call.app.bot_user_id, name, length, alt_text)
    return {"upload_url": f"{call.workspace.base_url}/upload/v1/{secret}", "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: share the uploaded files, in a channel if one is given."""
    given = call.args.structure("files", "invalid_arguments")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise invalid_arguments("must be a list of files [json-pointer:/files]")
    workspace, channel = call.workspace, None
    if call.args.text("channel_id"):
        channel = call.joined_channel("channel_id")
        if channel.is_archived:
            raise SlackError("is_archived")
    files = tuple(workspace.files.titled(str(one.get("id")), one.get("title")) for one in given)
    if channel is not None:
        blocks = call.args.structure("blocks", "invalid_blocks_format")
        content = message_content(call.args.text("initial_comment") or "", blocks, None)
        thread_ts = call.thread_ts(channel)
        post_as_app(workspace, channel.id, content, thread_ts=thread_ts, files=files)
    return {"files": [file_json(workspace, file) for file in files]}
