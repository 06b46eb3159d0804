"""`python -m bot` as a process of its own."""

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
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
BOT_TOKEN = "xoxb-localdev-countersign"
APP_TOKEN = "xapp-1-A0APP0001-localdev"


@dataclass
class BotProcess:
    """What it says, and how it ends."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    said: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def output(self) -> str:
        """All that was said on standard error so far."""
        return "\n".join(self.lines)

    async def read(self) -> None:
        """Collect its lines until it ends."""
        assert self.process.stderr is not None
        async for raw in self.process.stderr:
            async with self.said:
                self.lines.append(raw.decode().rstrip())
                self.said.notify_all()
        async with self.said:
            self.lines.append("")
            self.said.notify_all()

    async def wait_for_line(self, pattern: str, timeout: float = 20) -> re.Match[str]:
        """The first line that matches; fails with all that was said."""
        try:
            async with asyncio.timeout(timeout), self.said:
                while True:
                    for line in self.lines:
                        if match := re.search(pattern, line):
                            return match
                    await self.said.wait()
        except TimeoutError:
            raise AssertionError(f"no line like {pattern!r} in:\n{self.output}") from None

    async def ready(self) -> Mapping[str, str]:
        """The checks of /readyz, once the process says where it listens."""
        url = (await self.wait_for_line(r"(http://\S+/readyz)")).group(1)
        return await asyncio.to_thread(_checks, url)


def _checks(url: str) -> Mapping[str, str]:
    try:
        with urlopen(url) as answer:  # noqa: S310 - our own address
            body = answer.read()
    except OSError as error:  # 503 has a body too
        body = error.read()  # type: ignore[attr-defined]
    checks: Mapping[str, str] = json.loads(body)["checks"]
    return checks


@asynccontextmanager
async def bot_process(**settings: str) -> AsyncIterator[BotProcess]:
    """Run it with these settings and nothing of this machine's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TEMPORAL_"))}
    with tempfile.TemporaryDirectory() as empty:
        # An empty folder: no .env is read.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error::ResourceWarning", "-m", "bot"),
            cwd=empty,
            env=kept | {"PYTHONPATH": str(ROOT), "SLACK_APPROVALS_CHANNEL": "C0APPROVE"} | settings,
            stderr=asyncio.subprocess.PIPE,
        )
        bot = BotProcess(process)
        reading = asyncio.create_task(bot.read())
        try:
            yield bot
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reading
