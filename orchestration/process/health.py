"""The HTTP endpoints `/healthz` (the process is alive) and `/readyz` (all that it needs is connected)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from orchestration.process import shutdown
from orchestration.process.http import listen

Check = Callable[[], Awaitable[None]]
"""Returns if what it checks works. Raises ReadyWithWarning, or any other exception if it does not work."""

CHECK_TIME_LIMIT = 2.0
"""Seconds a check may take. Probes of container platforms commonly give up after a few."""

STOP_TIME_LIMIT = shutdown.CONNECTIONS
"""Seconds for requests that are being answered at shutdown."""

log = structlog.stdlib.get_logger(__name__)


class ReadyWithWarning(Exception):
    """The checked part works, but an operator should know something about it. The process counts as ready."""


@asynccontextmanager
async def serve_health(host: str, port: int, checks: Mapping[str, Check]) -> AsyncIterator[int]:
    """Serve while the block runs; yields the port. `checks` may be filled in later.

    Raises SettingsWrong if the address cannot be used.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        asked = dict(checks)  # More checks may be added while these are answered.
        answers = await asyncio.gather(*(_answer(check) for check in asked.values()))
        report = {name: words for name, (_, words) in zip(asked, answers, strict=True)}
        ready = all(works for works, _ in answers)
        return web.json_response({"ready": ready, "checks": report}, status=200 if ready else 503)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_TIME_LIMIT)
    await runner.setup()
    try:
        bound = await listen(runner, host, port, "HEALTH_HOST, HEALTH_PORT")
        log.info("health endpoint is up", url=f"http://{host}:{bound}/readyz")
        yield bound
    finally:
        await runner.cleanup()


async def not_connected() -> None:
    """A check of something that the process has not connected to yet. Raises ConnectionError."""
    raise ConnectionError("not connected yet")


async def _answer(check: Check) -> tuple[bool, str]:
    try:
        async with asyncio.timeout(CHECK_TIME_LIMIT):
            await check()
    except ReadyWithWarning as note:
        return True, f"ok, but {note}"
    except TimeoutError:
        return False, f"no answer within {CHECK_TIME_LIMIT:g} s"
    except Exception as error:  # noqa: BLE001 - this endpoint reports any error
        return False, f"{type(error).__name__}: {error}"
    return True, "ok"
