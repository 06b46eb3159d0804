"""Serves an aiohttp application on an address from the settings."""

import os

from aiohttp import web

from orchestration.settings import SettingsWrong


async def listen(runner: web.AppRunner, host: str, port: int, settings: str) -> int:
    """Listen, and return the port. Raises SettingsWrong with the names in `settings` if that fails."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsWrong(f"{settings}: cannot listen on {host}:{port} ({reason})") from error
    return int(runner.addresses[0][1])
