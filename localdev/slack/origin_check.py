"""Refuses requests that a browser sends for other web sites: no site may act in the workspace."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS = {
    # The page loads only files from this server, has no inline scripts, and cannot be framed.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

OPEN_HOSTS = ("0.0.0.0", "::", "")  # nosec B104
"""The values of `host` that bind every address. They are compared with here, not bound."""


def origin_check(host: str) -> Middleware:
    """Return the middleware that checks the origin of requests to a server bound to `host`."""
    anywhere = host in OPEN_HOSTS  # bound to every address on purpose, so any host name is valid

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Another name in Host is DNS rebinding: a site made its name resolve to this machine.
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
