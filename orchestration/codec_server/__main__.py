"""`python -m orchestration.codec_server`: decrypts payloads for Temporal's Web UI and CLI."""

import os

import structlog
from aiohttp import web

from orchestration.codec_server.app import build_app
from orchestration.codec_server.settings import CodecServerSettings
from orchestration.process import logs
from orchestration.process.lifecycle import run_process, stop_on_signals
from orchestration.settings import SettingsWrong, load
from orchestration.temporal.encryption import EncryptionCodec

log = structlog.stdlib.get_logger(__name__)


async def run() -> None:
    """Listen until asked to stop. Raises SettingsWrong."""
    settings = load(CodecServerSettings)
    logs.configure("codec", settings.log_format, settings.log_level)
    keyring = settings.keyring()
    if keyring is None:
        raise SettingsWrong("PAYLOAD_KEYS: there is nothing to decrypt with")
    stop = stop_on_signals()
    app = build_app(
        EncryptionCodec(keyring),
        origins=settings.origins,
        token=settings.codec_server_token.get_secret_value(),
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    host, port = settings.codec_server_host, settings.codec_server_port
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsWrong(
                f"CODEC_SERVER_HOST, CODEC_SERVER_PORT: cannot listen on {host}:{port} "
                f"({os.strerror(error.errno or 0)})"
            ) from error
        bound = int(runner.addresses[0][1])
        log.info("codec endpoint is up", url=f"http://{host}:{bound}", keys=sorted(keyring.keys))
        await stop.wait()
    finally:
        await runner.cleanup()
    log.info("stopped")


if __name__ == "__main__":
    run_process("codec_server", run)
