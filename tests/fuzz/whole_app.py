"""Sends random payloads to the whole Bolt app: each is acknowledged, and answered or logged as refused."""

import asyncio
import json
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from structlog.testing import capture_logs

from bot.app import build_app
from bot.dependencies import Dependencies
from bot.in_flight import InFlight
from orchestration.domain.order.status import OrderStatus
from tests.slack.bots import Stored, Workflows, a_row
from tests.slack.people import pending
from tests.unit.bot.payloads.test_decision import OURS


class Slack(AsyncWebClient):
    """Answers every call well; nothing goes out."""

    def __init__(self) -> None:
        super().__init__("xoxb-fuzz", base_url="http://127.0.0.1:9/api/")
        self.said = 0

    async def api_call(self, api_method: str, **arguments: Any) -> Any:
        if api_method in {"chat.postEphemeral", "views.open"}:
            self.said += 1
            json.dumps(arguments, default=str)
        return {
            "ok": True,
            "user": {"id": "U0ALICE01", "team_id": OURS.team_id, "tz": "Europe/London"},
            "users": ["U0ALICE01"],
        }


class Hook:
    """A response_url."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def send_dict(self, body: dict[str, Any]) -> WebhookResponse:
        self._slack.said += 1
        json.dumps(body)
        return WebhookResponse(url="", status_code=200, body="ok", headers={})


class Bench:
    """One app for many payloads, in a loop of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._slack = Slack()
        self._workflows = Workflows(on_status=pending())
        stored = Stored(rows=[a_row("ord-1", OrderStatus.PENDING_MANUAL_APPROVAL)])
        self._in_flight = InFlight()
        deps = Dependencies(self._slack, OURS, self._workflows, stored, stored, self._in_flight, stored)
        self._app = self._loop.run(_built(deps))

    def check(self, body: object) -> None:
        """Fail unless it is answered."""
        self._slack.said = len(self._workflows.decided)
        with capture_logs() as logs:
            status, acked = self._loop.run(self._dispatch(body))
        broken = [line for line in logs if line["log_level"] in {"error", "critical"} and not _is_bolts(line)]
        assert not broken, broken
        if status != 200:
            # Of a kind that nobody listens to: Slack tells the clicker that nothing came of it.
            assert status in {404, 500}
            return
        heard = self._workflows.decided or self._workflows.asked or self._workflows.answered
        refused = any(line["log_level"] == "warning" for line in logs)
        assert self._slack.said or acked or heard or self._workflows.amended or refused, body
        for each in (self._workflows.decided, self._workflows.asked, self._workflows.answered):
            each.clear()
        self._workflows.amended.clear()
        self._workflows.refunds.clear()

    async def _dispatch(self, body: object) -> tuple[int, str]:
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body)  # type: ignore[arg-type]  # any JSON
            response = await self._app.async_dispatch(request)
        except Exception as error:
            # Bolt cannot make anything of it; the socket's client logs that and goes on.
            if not _raised_in_bolt(error):
                raise
            return 500, ""
        assert await self._in_flight.wait_until_idle(10)
        return response.status, response.body

    def close(self) -> None:
        """End the loop."""
        self._loop.close()


def _is_bolts(line: MutableMapping[str, Any]) -> bool:
    """Whether Bolt itself fell over a shape that Slack never sends, before any listener of ours."""
    error = line.get("exc_info")
    return isinstance(error, Exception) and _raised_in_bolt(error)


def _raised_in_bolt(error: Exception) -> bool:
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return "slack_bolt" in files[-1] or not any("/bot/" in each for each in files)


async def _built(deps: Dependencies) -> Any:
    return build_app(deps)


@contextmanager
def bench() -> Iterator[Bench]:
    """Whose answers through response_urls go nowhere."""
    made = Bench()
    try:
        with patch("bot.web_api.ephemeral_messages.build_webhook", lambda _: Hook(made._slack)):
            yield made
    finally:
        made.close()
