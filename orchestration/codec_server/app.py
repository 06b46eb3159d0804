"""The HTTP application of the codec server, which Temporal's Web UI and CLI ask to decrypt payloads.

The server never encrypts: whoever may read an order must not be able to forge one.
"""

import hmac
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from orchestration.settings import SettingsWrong

BODY_LIMIT = 16 * 1024**2
"""Largest request body in bytes. An event has at most 2 MiB, a third more in base64; a page has several."""
_ALLOWED_HEADERS = "Authorization, Content-Type, X-Namespace"
_PREFLIGHT_LIFE = 600

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.stdlib.get_logger(__name__)


def build_app(codec: PayloadCodec, *, origins: frozenset[str], token: str) -> web.Application:
    """Return the application. With an empty token, requests need none."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        # Browsers send Origin with requests of pages from other servers; other clients send none.
        if origin is not None and origin not in origins:
            log.warning("refused", reason="origin", origin=origin[:200])
            return _plain(403, "this page may not ask; CODEC_SERVER_ORIGINS names those that may")
        if request.method == "OPTIONS":
            response: web.StreamResponse = web.Response(status=204)
        elif token and not _bears(request, token):
            log.warning("refused", reason="token")
            response = _plain(401, "the Authorization header must be: Bearer <CODEC_SERVER_TOKEN>")
            response.headers["WWW-Authenticate"] = "Bearer"
        else:
            response = await _answered(request, handler)
        if origin is not None:
            _allow(response, origin)
        return response

    async def decode(request: web.Request) -> web.Response:
        payloads = await _payloads(request)
        try:
            await codec.decode_wrapper(payloads)
        except SettingsWrong as error:
            log.warning("cannot decrypt", reason=str(error))
            return _plain(400, str(error))
        return _as_json(payloads)

    async def encode(request: web.Request) -> web.Response:
        # Temporal's CLI sends the arguments of a query for encryption, even if there are none.
        payloads = await _payloads(request)
        return _plain(403, "this endpoint decrypts only") if payloads.payloads else _as_json(payloads)

    app = web.Application(middlewares=[guard], client_max_size=BODY_LIMIT)
    for path, handler in (("/decode", decode), ("/encode", encode)):
        app.add_routes([web.post(path, handler), web.options(path, handler)])
    return app


async def _payloads(request: web.Request) -> Payloads:
    """Parse the request body. Raises HTTPBadRequest."""
    try:
        return json_format.Parse(await request.read(), Payloads())
    except (json_format.ParseError, UnicodeDecodeError, RecursionError):
        # The parser's own message is not passed on, because it quotes the body.
        raise web.HTTPBadRequest(reason="the body is not a Payloads message as JSON") from None


def _as_json(payloads: Payloads) -> web.Response:
    return web.Response(text=json_format.MessageToJson(payloads), content_type="application/json")


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        # Errors such as 404, 405 and 413 become responses, so that the CORS headers are added to them.
        return _plain(error.status, error.reason)


def _bears(request: web.Request, token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # Compared in constant time, so that the duration does not reveal how much of the token was right.
    right = hmac.compare_digest(given.encode(errors="surrogateescape"), token.encode())
    return right and scheme.lower() == "bearer"


def _allow(response: web.StreamResponse, origin: str) -> None:
    response.headers.update(
        {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Access-Control-Max-Age": str(_PREFLIGHT_LIFE),
            "Vary": "Origin",
        }
    )


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n")
