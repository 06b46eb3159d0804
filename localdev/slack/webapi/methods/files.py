"""files.*: an upload in three steps, and the routes that the bytes take."""

from aiohttp import web

from localdev.slack.messages.message_json import file_json
from localdev.slack.webapi.call import Call
from localdev.slack.webapi.methods.chat import content_of, thread_of
from localdev.slack.wire import Json, SlackError, invalid_arguments
from localdev.slack.workspace.files import LARGEST_BYTES, picture_type
from localdev.slack.workspace.models import File, Message
from localdev.slack.workspace.workspace import Workspace


async def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send the bytes of a file of `length` bytes."""
    name, length = call.args.required("filename"), call.args.integer("length", 0)
    if length < 1:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if length > LARGEST_BYTES:
        raise SlackError("file_upload_size_restricted")
    alt_text = call.args.text("alt_txt") or ""
    file, secret = call.workspace.files.announce(call.app.bot_user_id, name, length, alt_text)
    return {"upload_url": f"{call.workspace.base_url}/upload/v1/{secret}", "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: uploaded files become visible, in a channel if one is named."""
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
        content = content_of(call.args.text("initial_comment") or "", blocks, None)
        workspace.add(
            Message(
                channel=channel.id,
                ts=workspace.new_ts(),
                user=call.app.bot_user_id,
                bot_id=call.app.bot_id,
                app_id=call.app.id,
                thread_ts=thread_of(call, channel),
                files=files,
                **content,
            )
        )
    return {"files": [file_json(workspace, file) for file in files]}


class FileRoutes:
    """Where bytes come in, without a token as with Slack, and where they are read again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        """Upload, download for the app, download for the page."""
        return [
            web.post("/upload/v1/{secret}", self._upload),
            web.get("/files/{file}", self._download),
            web.get("/control/files/{file}", self._show),
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next((one for one in form.values() if isinstance(one, web.FileField)), None)
            content = part.file.read() if part else b""
        else:
            content = await request.read()
        file = self._workspace.files.receive(request.match_info["secret"], content)
        if file is None:
            return web.Response(status=400, text="Unknown upload, or not the announced length")
        return web.Response(text=f"OK - {file.size}")

    async def _download(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != self._workspace.app.bot_token or token in self._workspace.revoked:
            return web.Response(status=403, text="A bot token with files:read is needed")
        return self._answer(request)

    async def _show(self, request: web.Request) -> web.Response:
        return self._answer(request)

    def _answer(self, request: web.Request) -> web.Response:
        file = self._workspace.files.known.get(request.match_info["file"])
        content = self._workspace.files.content(file.id) if file else None
        if file is None or content is None:
            return web.Response(status=404, text="No such file")
        picture = picture_type(content)
        response = web.Response(body=content, content_type=picture or "application/octet-stream")
        response.headers["Content-Disposition"] = (
            "inline" if picture else f'attachment; filename="{_plain(file)}"'
        )
        return response


def _plain(file: File) -> str:
    """A name that can stand in a header whatever the person called the file."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file.name)
