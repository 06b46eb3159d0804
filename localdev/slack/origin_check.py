"""Keeps other web sites out: a page on the internet must not act in the workspace through the browser."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS = {
    # Everything the page needs is in its own folder; nothing inline, nothing remote, nobody may frame it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

OPEN_HOSTS = ("0.0.0.0", "::", "")  # nosec B104
"""Compared with, not bound."""


def origin_check(host: str) -> Middleware:
    """A middleware for a server bound to `host`."""
    anywhere = host in OPEN_HOSTS  # bound openly, by choice: any name may lead here

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        # A foreign name in Host is DNS rebinding: some site's name made to point at this machine.
        if not anywhere and _hostname(f"//{request.host}") not in _LOCAL | {host}:
            return _refuse("This server answers only to its own name.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            return _refuse("Requests from other sites are refused.")
        if request.path.startswith("/control/"):
            if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
                return _refuse("Requests from other sites are refused.")
            if request.method == "POST" and request.content_type != "application/json":
                return web.json_response({"error": "Send application/json."}, status=415)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    return middleware


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _refuse(why: str) -> web.Response:
    return web.json_response({"error": why}, status=403)
