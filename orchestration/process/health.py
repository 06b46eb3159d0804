"""`/healthz` (alive) and `/readyz` (connected to all that the process needs, by name)."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from orchestration.process import shutdown
from orchestration.settings import SettingsWrong

Check = Callable[[], Awaitable[None]]
"""Returns if the thing answers, raises if it does not, or Noted."""

CHECK_TIME_LIMIT = 2.0
"""Seconds. Probes of container platforms commonly give up after a few."""

STOP_TIME_LIMIT = shutdown.CONNECTIONS
"""Seconds for requests that are being answered at a stop."""

log = structlog.stdlib.get_logger(__name__)


class ReadyWithWarning(Exception):
    """It works, and an operator should know this about it. No reason to take the process out of service."""


@asynccontextmanager
async def serve_health(host: str, port: int, checks: Mapping[str, Check]) -> AsyncIterator[int]:
    """Serve while the block runs; yields the port. `checks` may be filled in later.

    Raises SettingsWrong if the address cannot be had.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        asked = dict(checks)  # Others may be filled in while these are answered.
        answers = await asyncio.gather(*(_answer(check) for check in asked.values()))
        report = {name: words for name, (_, words) in zip(asked, answers, strict=True)}
        ready = all(works for works, _ in answers)
        return web.json_response({"ready": ready, "checks": report}, status=200 if ready else 503)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_TIME_LIMIT)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsWrong(
                f"HEALTH_HOST, HEALTH_PORT: cannot listen on {host}:{port} ({os.strerror(error.errno or 0)})"
            ) from error
        bound = int(runner.addresses[0][1])
        log.info("health endpoint is up", url=f"http://{host}:{bound}/readyz")
        yield bound
    finally:
        await runner.cleanup()


async def not_connected() -> None:
    """Stand in for the check of what the process has not reached yet. Raises ConnectionError."""
    raise ConnectionError("not connected yet")


async def _answer(check: Check) -> tuple[bool, str]:
    try:
        async with asyncio.timeout(CHECK_TIME_LIMIT):
            await check()
    except ReadyWithWarning as note:
        return True, f"ok, but {note}"
    except TimeoutError:
        return False, f"no answer within {CHECK_TIME_LIMIT:g} s"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it is what this endpoint is for
        return False, f"{type(error).__name__}: {error}"
    return True, "ok"
