"""Runs the whole simulator on one port."""

import logging
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from localdev.slack.control.app_routes import AppRoutes
from localdev.slack.control.people_routes import PeopleRoutes
from localdev.slack.events.delivery import RETRY_SECONDS, EventDelivery
from localdev.slack.events.publisher import EventPublisher
from localdev.slack.faults import Faults
from localdev.slack.interactivity.delivery import PayloadDelivery
from localdev.slack.interactivity.interactions import Interactions
from localdev.slack.interactivity.modals import Modals
from localdev.slack.interactivity.response_url_routes import ResponseUrlRoutes
from localdev.slack.interactivity.slash_commands import SlashCommands
from localdev.slack.origin_check import OPEN_HOSTS, origin_check
from localdev.slack.people import People
from localdev.slack.socket_mode.hub import (
    ACK_SECONDS,
    CONNECTION_SECONDS,
    DEBUG_CONNECTION_SECONDS,
    PING_SECONDS,
    SocketHub,
)
from localdev.slack.traffic_log import TrafficLog
from localdev.slack.webapi.endpoint import WebApi
from localdev.slack.webapi.file_routes import FileRoutes
from localdev.slack.webapi.rate_limits import RateLimits
from localdev.slack.workspace.models import Seed
from localdev.slack.workspace.state_file import StateFile
from localdev.slack.workspace.workspace import Workspace

PAGE = Path(__file__).parent / "page"
_log = logging.getLogger(__name__)


class SlackSimulator:
    """The Slack simulator. `async with SlackSimulator(seed.demo()) as slack:` listens until the block ends.

    Port 0 picks a free port. `state` is a file in which the workspace is kept across restarts. Rate limits
    are off by default. Raises StateFileError, or OSError if the port is in use.
    """

    def __init__(
        self,
        seed: Seed,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        state: Path | None = None,
        rate_limits: bool = False,
        rate_limit_scale: float = 1.0,
        fault_seed: int = 0,
        ack_seconds: float = ACK_SECONDS,
        ping_seconds: float = PING_SECONDS,
        connection_seconds: float = CONNECTION_SECONDS,
        debug_connection_seconds: float = DEBUG_CONNECTION_SECONDS,
        event_retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self._host, self._port = host, port
        self._state = StateFile(state) if state else None
        self.workspace = Workspace(seed, self._state)
        self.faults = Faults(fault_seed)
        self.traffic = TrafficLog(self.workspace.changes)
        self.limits = RateLimits(enabled=rate_limits, scale=rate_limit_scale)
        self.sockets = SocketHub(
            self.workspace,
            self.faults,
            self.traffic,
            ack_seconds=ack_seconds,
            ping_seconds=ping_seconds,
            connection_seconds=connection_seconds,
            debug_connection_seconds=debug_connection_seconds,
        )
        self.event_delivery = EventDelivery(self.sockets, event_retry_seconds)
        self.events = EventPublisher(self.workspace, self.event_delivery)
        self.workspace.observer = self.events
        self.people = People(self.workspace)
        delivery = PayloadDelivery(self.workspace, self.sockets)
        self.interactions = Interactions(self.workspace, self.people, delivery)
        self._runner = web.AppRunner(self._build(delivery), access_log=None, shutdown_timeout=1.0)

    @property
    def url(self) -> str:
        """The URL of the page, without a slash at the end."""
        return self.workspace.base_url

    @property
    def api_url(self) -> str:
        """The base URL of the Web API, for a client's `base_url`."""
        return f"{self.url}/api/"

    def routes(self) -> list[tuple[str, str]]:
        """Return every HTTP method and path that the server answers."""
        listed = self._runner.app.router.routes()
        return [(route.method, route.resource.canonical) for route in listed if route.resource]

    def _build(self, delivery: PayloadDelivery) -> web.Application:
        app = web.Application(middlewares=[origin_check(self._host)], client_max_size=16 << 20)
        api = WebApi(self.workspace, self.sockets, self.faults, self.limits, self.traffic)
        modals = Modals(self.workspace, self.people, self.interactions, delivery, self.events)
        slash_commands = SlashCommands(self.workspace, self.people, delivery)
        control = PeopleRoutes(self.workspace, self.people, self.interactions, slash_commands, modals)
        app_control = AppRoutes(
            self.workspace,
            self.people,
            modals,
            sockets=self.sockets,
            faults=self.faults,
            limits=self.limits,
            traffic=self.traffic,
        )
        app.add_routes(api.routes())
        app.add_routes(self.sockets.routes())
        app.add_routes(ResponseUrlRoutes(self.workspace, self.traffic).routes())
        app.add_routes(FileRoutes(self.workspace).routes())
        app.add_routes(control.routes())
        app.add_routes(app_control.routes())
        app.add_routes([web.get("/", _index), web.get("/healthz", _healthz)])
        app.router.add_static("/page", PAGE)
        app.on_shutdown.append(self._close_sockets)
        return app

    async def _close_sockets(self, _: web.Application) -> None:
        self.workspace.changes.end()
        self.event_delivery.stop()
        await self.sockets.stop()

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self.__aexit__(None, None, None)
            raise
        port = self._runner.addresses[0][1]
        name = "127.0.0.1" if self._host in OPEN_HOSTS else self._host
        self.workspace.base_url = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
        _log.info("Slack workspace simulator on %s", self.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        if self._state is not None:
            self._state.close()


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


async def _healthz(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
