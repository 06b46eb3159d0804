"""The part of the control API for developers: state, connections, tokens, faults, the traffic log."""

import contextlib
import json
from collections.abc import Callable

from aiohttp import web

from localdev.slack.control import requests as bodies
from localdev.slack.control.handlers import json_handler, query_number
from localdev.slack.errors import ActionRefused
from localdev.slack.faults import ENVELOPE_KINDS, FaultKind, FaultRule, Faults
from localdev.slack.interactivity.modals import Modals
from localdev.slack.json_values import Json
from localdev.slack.people import People
from localdev.slack.socket_mode.hub import SocketHub
from localdev.slack.traffic_log import TrafficKind, TrafficLog
from localdev.slack.webapi.rate_limits import RateLimits
from localdev.slack.workspace.workspace import Workspace


class AppRoutes:
    """The routes under `/control/` for what a developer inspects and breaks."""

    def __init__(
        self,
        workspace: Workspace,
        people: People,
        modals: Modals,
        *,
        sockets: SocketHub,
        faults: Faults,
        limits: RateLimits,
        traffic: TrafficLog,
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._modals = modals
        self._sockets = sockets
        self._faults = faults
        self._limits = limits
        self._traffic = traffic

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the second table in the README."""
        return [
            web.get("/control/workspace", self._get_workspace),
            web.get("/control/unread", self._get_unread),
            web.get("/control/views", self._get_views),
            web.get("/control/stream", self._stream),
            web.get("/control/calls", self._get_calls),
            web.get("/control/traffic", self._get_traffic),
            web.get("/control/faults", self._get_faults),
            web.get("/control/fault_kinds", self._get_fault_kinds),
            web.get("/control/connections", self._get_connections),
            web.post(
                "/control/wait_for_connections", json_handler(bodies.Connections, self._wait_for_connections)
            ),
            web.post("/control/disconnect", json_handler(bodies.Disconnect, self._disconnect)),
            web.post("/control/socket_mode", json_handler(bodies.SocketMode, self._socket_mode)),
            web.post("/control/cut", json_handler(bodies.Nothing, self._cut)),
            web.post("/control/token", json_handler(bodies.Token, self._token)),
            web.post("/control/rate_limits", json_handler(bodies.RateLimiting, self._rate_limits)),
            web.post("/control/faults", json_handler(FaultRule, self._add_fault)),
            web.delete("/control/faults", self._clear_faults),
        ]

    # --- connections, tokens, limits

    async def _wait_for_connections(self, body: bodies.Connections) -> Json:
        def enough() -> int | None:
            now = self._sockets.open_connections
            return now if now == body.n else None

        reached = await self._workspace.changes.wait_until(enough, body.timeout)
        return {"connections": self._sockets.open_connections, "reached": reached is not None}

    async def _get_connections(self, _: web.Request) -> web.Response:
        return web.json_response({"connections": self._sockets.open_connections})

    async def _disconnect(self, body: bodies.Disconnect) -> Json:
        await self._sockets.disconnect(body.reason)
        return {}

    async def _socket_mode(self, body: bodies.SocketMode) -> Json:
        await self._sockets.switch(body.enabled)
        return {}

    async def _cut(self, _: bodies.Nothing) -> Json:
        await self._sockets.cut_all()
        return {}

    async def _token(self, body: bodies.Token) -> Json:
        app = self._workspace.app
        token = {app.bot_token if body.kind == "bot" else app.app_token}
        revoked = self._workspace.revoked
        self._workspace.revoked = revoked | token if body.revoked else revoked - token
        self._workspace.changes.notify("settings")
        return {}

    async def _rate_limits(self, body: bodies.RateLimiting) -> Json:
        if body.enabled is not None:
            self._limits.enabled = body.enabled
        if body.scale is not None:
            self._limits.scale = body.scale
        self._workspace.changes.notify("settings")
        return self._limits.describe()

    # --- faults and the log

    async def _add_fault(self, rule: FaultRule) -> Json:
        rule_id = self._faults.add(rule)
        self._workspace.changes.notify("faults")
        return {"id": rule_id}

    async def _get_faults(self, _: web.Request) -> web.Response:
        return web.json_response({"faults": self._faults.describe()})

    async def _get_fault_kinds(self, _: web.Request) -> web.Response:
        api = [kind for kind in FaultKind if kind not in ENVELOPE_KINDS]
        envelope = [kind for kind in FaultKind if kind in ENVELOPE_KINDS]
        return web.json_response({"api": api, "envelope": envelope})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        if rule_id := request.query.get("id"):
            self._faults.remove(rule_id)
        else:
            self._faults.clear()
        self._workspace.changes.notify("faults")
        return web.json_response({})

    async def _get_calls(self, request: web.Request) -> web.Response:
        kind = request.query.get("kind", TrafficKind.API)
        if kind not in set(TrafficKind):
            return web.json_response({"error": f"kind: one of {', '.join(TrafficKind)}"}, status=400)
        return web.json_response(
            {"calls": self._traffic.entries(TrafficKind(kind), request.query.get("method"))}
        )

    async def _get_traffic(self, request: web.Request) -> web.Response:
        after = query_number(request, "after", 0)
        entries = self._traffic.after(after, query_number(request, "limit", 500))
        return web.json_response({"entries": entries, "next": entries[-1]["n"] if entries else after})

    # --- what the page shows

    async def _get_unread(self, request: web.Request) -> web.Response:
        return self._about(request, lambda user: {"unread": self._people.unread(user)})

    async def _get_views(self, request: web.Request) -> web.Response:
        return self._about(request, self._modals.views_of)

    def _about(self, request: web.Request, look: Callable[[str], Json]) -> web.Response:
        try:
            return web.json_response(look(request.query.get("user", "")))
        except ActionRefused as refused:
            return web.json_response({"error": str(refused)}, status=refused.status)

    async def _get_workspace(self, _: web.Request) -> web.Response:
        workspace, app = self._workspace, self._workspace.app
        for user in workspace.users.values():  # so that everybody can write to the app
            if not user.is_bot:
                workspace.direct_message(user.id)
        shown = app.model_dump(mode="json", exclude={"bot_token", "app_token"})
        shown["scopes"] = None if app.scopes is None else sorted(app.scopes)
        return web.json_response(
            {
                "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain},
                "app": {**shown, "events": sorted(app.events)},
                "users": [user.model_dump(mode="json") for user in workspace.users.values()],
                "groups": [group.model_dump(mode="json") for group in workspace.groups.values()],
                "channels": [channel.model_dump(mode="json") for channel in workspace.channels.values()],
                "connections": self._sockets.open_connections,
                "rate_limits": self._limits.describe(),
                "tokens": {
                    "bot_revoked": app.bot_token in workspace.revoked,
                    "app_revoked": app.app_token in workspace.revoked,
                },
            }
        )

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Stream server-sent events, a small notice for each change."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-PeopleRoutes": "no-store"}
        )
        await response.prepare(request)
        with self._workspace.changes.listen() as notices, contextlib.suppress(ConnectionError):
            await response.write(b"retry: 1000\n\n")
            async for notice in notices:
                await response.write(f"data: {json.dumps(notice)}\n\n".encode())
        return response
