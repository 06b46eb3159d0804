"""Serves `/api/<method>`: checks token, rate limit and scopes, applies faults, and logs the call."""

import asyncio
import time

from aiohttp import web

from localdev.slack.errors import SlackError
from localdev.slack.faults import FaultKind, FaultRule, Faults
from localdev.slack.json_values import Json
from localdev.slack.socket_mode.hub import SocketHub
from localdev.slack.traffic_log import TrafficKind, TrafficLog
from localdev.slack.webapi.arguments import Arguments, read_call
from localdev.slack.webapi.call import Call, Method, TokenKind, check_scopes
from localdev.slack.webapi.rate_limits import RateLimits
from localdev.slack.webapi.registry import METHODS
from localdev.slack.workspace.workspace import Workspace


class WebApi:
    """The route of the Web API."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: SocketHub,
        faults: Faults,
        limits: RateLimits,
        traffic: TrafficLog,
    ) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._faults = faults
        self._limits = limits
        self._traffic = traffic

    def routes(self) -> list[web.RouteDef]:
        """Return the routes. As with Slack, GET and POST do the same."""
        return [web.route(verb, "/api/{method}", self.handle) for verb in ("GET", "POST")]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, with the faults that apply to it."""
        name = request.match_info["method"]
        began = time.monotonic()
        try:
            token, args = await read_call(request)
        except SlackError as refused:
            self._log(name, Arguments({}), refused.answer())
            return web.json_response(refused.answer())
        channel = args.without_token().get("channel")
        due = self._faults.strike(name, channel if isinstance(channel, str) else None)
        for fault in due:
            if fault.kind is FaultKind.REVOKE_TOKEN and token:
                self._workspace.revoked |= {token}
                self._workspace.changes.notify("settings")
            if (failed := await self._fail_before(request, name, args, fault)) is not None:
                return failed
        answer = _warned(await self._answer(name, token, args), request)
        for fault in due:
            if fault.kind is FaultKind.DROP_AFTER:
                self._log(name, args, answer, fault=fault.kind)
                return _cut(request)
            if fault.kind is FaultKind.ERROR_AFTER:
                self._log(name, args, answer, fault=fault.kind)
                return web.json_response({"ok": False, "error": fault.error})
        self._log(name, args, answer, ms=round((time.monotonic() - began) * 1000, 1))
        if answer.get("error") == "ratelimited":
            return _too_many(int(answer["retry_after"]))
        return web.json_response(answer)

    async def _fail_before(
        self, request: web.Request, name: str, args: Arguments, fault: FaultRule
    ) -> web.Response | None:
        match fault.kind:
            case FaultKind.DELAY:
                await asyncio.sleep(fault.seconds)
                return None
            case FaultKind.ERROR:
                answer: Json = {"ok": False, "error": fault.error}
                response = web.json_response(answer)
            case FaultKind.RATE_LIMITED:
                answer = {"ok": False, "error": "ratelimited"}
                response = _too_many(fault.retry_after)
            case FaultKind.HTTP_STATUS:
                answer = {"http_status": fault.status}
                response = web.Response(status=fault.status, text="upstream is having a bad day")
            case FaultKind.DROP_BEFORE:
                answer, response = {}, _cut(request)
            case _:
                return None
        self._log(name, args, answer, fault=fault.kind)
        return response

    async def _answer(self, name: str, token: str | None, args: Arguments) -> Json:
        try:
            method = self._authorised(name, token)
            if wait := self._limits.take(name, method.tier, args.text("channel")):
                return {"ok": False, "error": "ratelimited", "retry_after": wait}
            call = Call(
                self._workspace, self._sockets, self._workspace.app, args, scope_by_kind=method.scope_by_kind
            )
            return {"ok": True, **await method.answer(call)}
        except SlackError as refused:
            return refused.answer()

    def _authorised(self, name: str, token: str | None) -> Method:
        app = self._workspace.app
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if not token:
            raise SlackError("not_authed")
        kinds = {app.bot_token: TokenKind.BOT, app.app_token: TokenKind.APP}
        if token not in kinds:
            raise SlackError("invalid_auth")
        if token in self._workspace.revoked:
            raise SlackError("token_revoked")
        if kinds[token] is not method.token:
            raise SlackError("not_allowed_token_type")
        check_scopes(app, method.scopes)
        return method

    def _log(
        self, name: str, args: Arguments, answer: Json, fault: str | None = None, ms: float | None = None
    ) -> None:
        if "messages" in answer:  # pages of history are large
            answer = {**answer, "messages": f"({len(answer['messages'])} messages)"}
        self._traffic.add(TrafficKind.API, name, args=args.without_token(), answer=answer, fault=fault, ms=ms)


def _warned(answer: Json, request: web.Request) -> Json:
    """Add Slack's warning about the charset, which JSON should have and forms should not."""
    charset = "charset" in request.headers.get("Content-Type", "")
    metadata = dict(answer.get("response_metadata", {}))
    warnings = list(metadata.get("warnings", ()))
    if request.content_type == "application/json" and not charset:
        warnings.append("missing_charset")
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"} and charset:
        warnings.append("superfluous_charset")
    if not warnings:
        return answer
    return {**answer, "warning": ",".join(warnings), "response_metadata": {**metadata, "warnings": warnings}}


def _too_many(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def _cut(request: web.Request) -> web.Response:
    """Cut the connection. aiohttp needs a response, which is not sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
