"""Clicks on cards, and the times until the ack and until the visible answer."""

import asyncio
import re
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.harness.system import APPROVALS, APPROVER, REQUESTER
from bot.ids import ActionId
from localdev.slack.interactivity.interactions import Press
from localdev.slack.server import SlackSimulator
from localdev.slack.workspace.models import Message

ACK_LIMIT = 3000.0
"""Milliseconds after which Slack gives up on an ack; what a click without one counts as."""
ANSWER_LIMIT = 20_000.0
"""The same for a visible answer, by this benchmark."""

_ORDER = re.compile(r"order (\S+)", re.IGNORECASE)


@dataclass(slots=True)
class Times:
    """Milliseconds from the click; one entry a click."""

    acks: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    """Until the clicker sees why, in a message of their own."""
    accepted: list[float] = field(default_factory=list)
    """Until everybody sees it on the card."""


class Watcher:
    """Sees every message of the approvals channel at the moment it is posted or changed."""

    def __init__(self, slack: SlackSimulator) -> None:
        self._slack = slack
        self._cards: dict[str, asyncio.Future[str]] = defaultdict(asyncio.Future)
        self._told: dict[str, deque[asyncio.Future[float]]] = defaultdict(deque)
        self._drawn: dict[str, asyncio.Future[float]] = {}

    async def watch(self) -> None:
        """Watch until cancelled."""
        workspace = self._slack.workspace
        with workspace.changes.listen() as notifications:
            async for notification in notifications:
                if notification["kind"] == "message" and notification["channel"] == APPROVALS:
                    message = workspace.message(APPROVALS, notification["ts"])
                    if message is not None:
                        self._saw(message)

    async def card(self, order_id: str) -> str:
        """Return the `ts` of an order's card, once it is posted."""
        return await self._cards[order_id]

    def expect_word(self, order_id: str) -> asyncio.Future[float]:
        """Return the moment of the next message to one person about this order."""
        moment = asyncio.get_running_loop().create_future()
        self._told[order_id].append(moment)
        return moment

    def expect_drawing(self, ts: str) -> asyncio.Future[float]:
        """Return the moment at which this card shows no buttons any more."""
        self._drawn[ts] = asyncio.get_running_loop().create_future()
        return self._drawn[ts]

    def _saw(self, message: Message) -> None:
        now = time.perf_counter()
        if message.visible_to is not None:
            found = _ORDER.search(message.text)
            waiting = self._told[found.group(1)] if found else None
            if waiting:
                waiting.popleft().set_result(now)
        elif message.changed_ts is None and message.metadata is not None:
            order_id = message.metadata["event_payload"]["key"].partition(":")[0]
            self._cards[order_id].set_result(message.ts)
        elif message.ts in self._drawn and ActionId.APPROVE not in str(message.blocks):
            self._drawn.pop(message.ts).set_result(now)


class Clicker:
    """Presses Approve, as the approver or as somebody who is refused."""

    def __init__(self, slack: SlackSimulator, watcher: Watcher | None = None) -> None:
        self._slack = slack
        self._watcher = watcher

    async def only_ack(self, ts: str, times: Times) -> None:
        """Press it where nothing follows but the ack."""
        await self._press(REQUESTER, ts, times)

    async def refused(self, order_id: str, times: Times) -> None:
        """Press it as the requester, who may not."""
        assert self._watcher is not None
        ts = await self._watcher.card(order_id)
        moment = self._watcher.expect_word(order_id)
        times.refused.append(await _until(moment, await self._press(REQUESTER, ts, times)))

    async def accepted(self, order_id: str, times: Times) -> None:
        """Press it as the approver."""
        assert self._watcher is not None
        ts = await self._watcher.card(order_id)
        moment = self._watcher.expect_drawing(ts)
        times.accepted.append(await _until(moment, await self._press(APPROVER, ts, times)))

    async def _press(self, user: str, ts: str, times: Times) -> float:
        """Return the moment of the click."""
        began = time.perf_counter()
        result = await self._slack.interactions.click(user, APPROVALS, ts, Press(ActionId.APPROVE))
        times.acks.append(1000 * (time.perf_counter() - began) if result.acked else ACK_LIMIT)
        return began


async def _until(moment: asyncio.Future[float], began: float) -> float:
    try:
        async with asyncio.timeout(ANSWER_LIMIT / 1000):
            return 1000 * (await moment - began)
    except TimeoutError:
        return ANSWER_LIMIT


async def steadily(rate: int, clicks: list[Callable[[], Awaitable[None]]]) -> None:
    """Begin so many clicks a second, whether or not the last one has been answered."""
    began = time.perf_counter()
    async with asyncio.TaskGroup() as under_way:
        for number, click in enumerate(clicks):
            await asyncio.sleep(began + number / rate - time.perf_counter())
            under_way.create_task(_awaited(click))


async def _awaited(click: Callable[[], Awaitable[None]]) -> None:
    await click()
