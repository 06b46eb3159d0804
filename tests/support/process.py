"""Runs Countersign's own processes as production does: `python -m something`."""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]

_OURS = (
    "SLACK_",
    "PAYLOAD_",
    "CODEC_",
    "TEMPORAL_",
    "APPROV",
    "FLAKY_",
    "LOG_",
    "HEALTH_",
    "DATABASE_URL",
    "MIGRATIONS_",
    "RECONCILE_",
    "BUILD_ID",
)
_LONGEST_LINE = 2**22
"""Longest line of output in bytes. Libraries log whole messages in one at LOG_LEVEL=DEBUG."""


@dataclass
class RunningProcess:
    """A running process, with the lines that it has written."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    ended: bool = False
    said: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def output(self) -> str:
        """Everything that the process has written so far."""
        return "\n".join(self.lines)

    async def read(self) -> None:
        """Collect the lines of the process until it ends."""
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            async with self.said:
                self.lines.append(raw.decode().rstrip())
                self.said.notify_all()
        async with self.said:
            self.ended = True
            self.said.notify_all()

    async def wait_for_line(self, pattern: str, timeout: float = 30) -> re.Match[str]:
        """Wait for a line that matches and return the match. Fails with the whole output."""
        try:
            async with asyncio.timeout(timeout), self.said:
                while True:
                    for line in self.lines:
                        if match := re.search(pattern, line):
                            return match
                    assert not self.ended, f"ended without a line like {pattern!r}:\n{self.output}"
                    await self.said.wait()
        except TimeoutError:
            raise AssertionError(f"no line like {pattern!r} in:\n{self.output}") from None

    async def readiness(self) -> Mapping[str, Any]:
        """Return the body of /readyz, once the process has logged its address."""
        url = (await self.wait_for_line(r"(http://\S+/readyz)")).group(1)
        return await asyncio.to_thread(_body, url)

    async def ready(self, timeout: float = 30) -> None:
        """Wait until /readyz reports the process as ready."""
        async with asyncio.timeout(timeout):
            while not (await self.readiness())["ready"]:
                await asyncio.sleep(0.05)

    async def stop(self, timeout: float = 15) -> int:
        """Send SIGTERM, as container platforms do, and return the exit code."""
        self.process.terminate()
        async with asyncio.timeout(timeout):
            return await self.process.wait()


def _body(url: str) -> Mapping[str, Any]:
    try:
        with urlopen(url) as answer:  # noqa: S310 - our own address
            body = answer.read()
    except HTTPError as error:  # 503 has a body too
        with error:
            body = error.read()
    read: Mapping[str, Any] = json.loads(body)
    return read


@asynccontextmanager
async def running_module(*arguments: str, **settings: str) -> AsyncIterator[RunningProcess]:
    """Run ``python -m <arguments>`` with these settings and none of this machine's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    # An empty folder: no .env is read.
    with tempfile.TemporaryDirectory() as empty:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error::ResourceWarning", "-m", *arguments),
            cwd=empty,
            # Tests share a Temporal namespace, each with its own database: nothing may look at all of it.
            env=kept | {"PYTHONPATH": str(ROOT), "RECONCILE_MINUTES": "0"} | settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LONGEST_LINE,
        )
        run = RunningProcess(process)
        reading = asyncio.create_task(run.read())
        try:
            yield run
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reading
