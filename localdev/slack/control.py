"""The control API under `/control/`: act as people, wait, inject faults, read the log. See README.md."""

import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from localdev.slack import control_bodies as bodies
from localdev.slack.faults import FaultRule, Faults
from localdev.slack.people import People, Refused
from localdev.slack.socket_mode import SocketHub
from localdev.slack.traffic import Kind, Traffic
from localdev.slack.wire import Json
from localdev.slack.workspace import Workspace

B = TypeVar("B", bound=BaseModel)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _takes(
    model: type[B], act: Callable[[B], Awaitable[Json]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler that reads `model` from the body, acts, and says clearly what was wrong with either."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await act(model.model_validate_json(await request.read())))
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()]
            return web.json_response({"error": "; ".join(problems)}, status=400)
        except Refused as refused:
            return web.json_response({"error": str(refused)}, status=refused.status)

    return handle


class Control:
    """The handlers; every one of them is a few lines on top of `People` and the others."""

    def __init__(
        self, workspace: Workspace, people: People, sockets: SocketHub, faults: Faults, traffic: Traffic
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._sockets = sockets
        self._faults = faults
        self._traffic = traffic

    def routes(self) -> list[web.RouteDef]:
        """The table of the README, in code."""
        return [
            web.get("/control/workspace", self._get_workspace),
            web.get("/control/stream", self._stream),
            web.get("/control/calls", self._get_calls),
            web.get("/control/faults", self._get_faults),
            web.get("/control/connections", self._get_connections),
            web.post("/control/messages", _takes(bodies.Read, self._messages)),
            web.post("/control/wait_for_message", _takes(bodies.Wait, self._wait)),
            web.post("/control/post", _takes(bodies.Typed, self._post)),
            web.post("/control/command", _takes(bodies.Typed, self._command)),
            web.post("/control/click", _takes(bodies.Click, self._click)),
            web.post("/control/delete_message", _takes(bodies.Deletion, self._delete)),
            web.post("/control/membership", _takes(bodies.Membership, self._membership)),
            web.post("/control/wait_for_connections", _takes(bodies.Connections, self._wait_for_connections)),
            web.post("/control/disconnect", _takes(bodies.Disconnect, self._disconnect)),
            web.post("/control/faults", _takes(FaultRule, self._add_fault)),
            web.delete("/control/faults", self._clear_faults),
        ]

    # --- people

    async def _messages(self, body: bodies.Read) -> Json:
        return {"messages": self._people.messages(**body.model_dump())}

    async def _wait(self, body: bodies.Wait) -> Json:
        def found() -> Json | None:
            return self._people.find(body.user, body.channel, body.contains, ts=body.ts, since=body.since)

        message = await self._workspace.changes.wait_until(found, body.timeout)
        if message is None:
            return {"message": None, "seen": self._people.messages(body.user, body.channel)[-5:]}
        return {"message": message}

    async def _post(self, body: bodies.Typed) -> Json:
        message = self._people.post(body.user, body.channel, body.text, body.thread_ts)
        return {"ts": message.ts}

    async def _command(self, body: bodies.Typed) -> Json:
        result = await self._people.command(body.user, body.channel, body.text, body.thread_ts)
        return result.model_dump()

    async def _click(self, body: bodies.Click) -> Json:
        result = await self._people.click(**body.model_dump())
        return result.model_dump()

    async def _delete(self, body: bodies.Deletion) -> Json:
        self._people.delete(body.user, body.channel, body.ts)
        return {}

    async def _membership(self, body: bodies.Membership) -> Json:
        user = self._workspace.user_named(body.user)
        channel = self._workspace.channel_named(body.channel)
        if user is None or channel is None:
            raise Refused(f"There is no {body.user if user is None else body.channel}.")
        self._workspace.set_member(channel.id, user.id, member=body.member)
        return {}

    # --- the app's connections

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

    # --- faults and the log

    async def _add_fault(self, rule: FaultRule) -> Json:
        return {"id": self._faults.add(rule)}

    async def _get_faults(self, _: web.Request) -> web.Response:
        return web.json_response({"faults": self._faults.describe()})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        if rule_id := request.query.get("id"):
            self._faults.remove(rule_id)
        else:
            self._faults.clear()
        return web.json_response({})

    async def _get_calls(self, request: web.Request) -> web.Response:
        kind = request.query.get("kind", Kind.API)
        if kind not in set(Kind):
            return web.json_response({"error": f"kind: one of {', '.join(Kind)}"}, status=400)
        return web.json_response({"calls": self._traffic.entries(Kind(kind), request.query.get("method"))})

    # --- what the page needs at once, and live

    async def _get_workspace(self, _: web.Request) -> web.Response:
        workspace = self._workspace
        for user in workspace.users.values():  # everybody can write to the app
            if not user.is_bot:
                workspace.direct_message(user.id)
        return web.json_response(
            {
                "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain},
                "app": workspace.app.model_dump(
                    mode="json", include={"id", "name", "bot_user_id", "bot_id", "commands"}
                ),
                "users": [user.model_dump(mode="json") for user in workspace.users.values()],
                "groups": [group.model_dump(mode="json") for group in workspace.groups.values()],
                "channels": [channel.model_dump(mode="json") for channel in workspace.channels.values()],
                "connections": self._sockets.open_connections,
            }
        )

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one small notice for each change."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._workspace.changes.listen() as notices, contextlib.suppress(ConnectionError):
            await response.write(b"retry: 1000\n\n")
            async for notice in notices:
                await response.write(f"data: {json.dumps(notice)}\n\n".encode())
        return response
