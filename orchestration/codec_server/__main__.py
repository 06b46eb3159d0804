"""`python -m orchestration.codec_server` runs the codec server for Temporal's Web UI and CLI."""

import structlog
from aiohttp import web

from orchestration.codec_server.app import build_app
from orchestration.codec_server.settings import CodecServerSettings
from orchestration.process import logs
from orchestration.process.http import listen
from orchestration.process.lifecycle import run_process, stop_on_signals
from orchestration.settings import SettingsWrong, load
from orchestration.temporal.encryption import EncryptionCodec

log = structlog.stdlib.get_logger(__name__)


async def run() -> None:
    """Serve until a signal asks to stop. Raises SettingsWrong."""
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
        bound = await listen(runner, host, port, "CODEC_SERVER_HOST, CODEC_SERVER_PORT")
        log.info("codec endpoint is up", url=f"http://{host}:{bound}", keys=sorted(keyring.keys))
        await stop.wait()
    finally:
        await runner.cleanup()
    log.info("stopped")


if __name__ == "__main__":
    run_process("codec_server", run)
