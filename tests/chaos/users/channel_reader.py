"""Reads the approvals channel as each user: cards, and answers that only one user sees."""

import asyncio
import re
from typing import Any

import aiohttp

from localdev.slack.client import ControlError
from tests.chaos.journal import Journal
from tests.chaos.plan.model import ALICE, APPROVALS, BOB, CAROL

POLL_INTERVAL = 0.7
"""Seconds between two reads. Answers are lost when the simulator dies, so they are recorded soon."""
_NEWEST = 80
_NOT_NOW = (aiohttp.ClientError, ControlError, TimeoutError, ValueError)
"""Errors while the simulator is down or dying."""


class ChannelReader:
    """Reads the channel as each user, all the time. An async context manager."""

    def __init__(self, slack_url: str, journal: Journal) -> None:
        self._url = slack_url
        self._journal = journal
        self._cards: dict[str, dict[str, Any]] = {}
        self._seen: set[str] = set()
        self._changed = asyncio.Condition()
        self._session: aiohttp.ClientSession | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "ChannelReader":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        self._task = asyncio.create_task(self._look_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
        await self.look()  # The last answers, after everything has healed.
        if self._session is not None:
            await self._session.close()

    async def card(self, key: str) -> dict[str, Any]:
        """Wait for the card whose key matches this pattern, as it was first seen with buttons."""
        pattern = re.compile(key)
        async with self._changed:
            while True:
                for known, message in self._cards.items():
                    if pattern.fullmatch(known):
                        return message
                await self._changed.wait()

    async def closed(self, ts: str) -> None:
        """Wait until that card has no buttons any more."""
        while True:
            try:
                body = {"user": ALICE, "channel": APPROVALS, "ts": ts}
                message = (await self._post("message", body))["message"]
            except _NOT_NOW:
                pass  # Asked again below.
            else:
                if message is not None and value_of(message) is None:
                    return
            await asyncio.sleep(POLL_INTERVAL)

    async def look(self) -> None:
        """Look once, as everybody."""
        for user in (ALICE, BOB, CAROL):
            body = {"user": user, "channel": APPROVALS, "with_replies": True, "limit": _NEWEST}
            try:
                messages = (await self._post("messages", body))["messages"]
            except _NOT_NOW:
                continue  # They look again in a moment.
            for message in messages:
                self._note(user, message)
        async with self._changed:
            self._changed.notify_all()

    def _note(self, user: str, message: dict[str, Any]) -> None:
        if message["is_ephemeral"]:
            if (seen := f"{user}/{message['ts']}") not in self._seen:
                self._seen.add(seen)
                self._journal.write("told", user=user, ts=message["ts"], text=message["text"])
            return
        key = ((message.get("metadata") or {}).get("event_payload") or {}).get("key")
        if key is not None and key not in self._cards and value_of(message) is not None:
            self._cards[key] = message

    async def _look_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(POLL_INTERVAL)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("use `async with ChannelReader(...)`")
        async with self._session.post(f"{self._url}/control/{path}", json=body) as response:
            if response.status != 200:
                raise ControlError(response.status, await response.text())
            return dict(await response.json())


def value_of(message: dict[str, Any]) -> str | None:
    """The value of a card's Approve button; None if it has none."""
    for block in message.get("blocks") or ():
        for element in block.get("elements") or ():
            if element.get("action_id") == "order_approve":
                return str(element["value"])
    return None
