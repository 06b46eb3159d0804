"""The routes on which the bytes of files are uploaded and downloaded."""

from aiohttp import web

from localdev.slack.workspace.files import picture_type
from localdev.slack.workspace.models import File
from localdev.slack.workspace.workspace import Workspace


class FileRoutes:
    """The routes for the bytes of files. As with Slack, an upload needs no token."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        """Return the routes: upload, download for the app, download for the page."""
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
    """Return the file's name without characters that are not allowed in a header."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file.name)
