"""What the bot caches of the rate-limit queue, and what it does while the database is unreachable."""

from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError
from temporalio.exceptions import ApplicationError

from bot.web_api.rate_limits import UPDATES, RateLimiter
from orchestration.ports.rate_limit_queue import Priority, QueuedCall, QueuePosition
from tests.unit.bot.web_api.test_errors import answer

TURN = QueuedCall(UPDATES, "ord-1:card", "ord-1", Priority.CARD)


class Away:
    """A database that does not answer."""

    looks = 0

    async def busy(self) -> frozenset[str]:
        self.looks += 1
        raise OSError("away")

    async def poll(self, turn: QueuedCall) -> QueuePosition:
        raise OSError("away")

    async def report_refusal(self, turn: QueuedCall, retry_after: float) -> QueuePosition:
        return QueuePosition(0, timedelta(seconds=retry_after))

    async def remove(self, turn: QueuedCall) -> None:
        raise OSError("away")


async def test_a_database_that_is_away_does_not_keep_cards_from_being_drawn() -> None:
    """The one that looked fails and is tried again; the others go on with what is known."""
    queue = Away()
    turns = RateLimiter(queue)
    with pytest.raises(OSError, match="away"):
        await turns.is_busy(UPDATES)
    async with turns.slot(TURN) as waited:
        assert not waited
    assert queue.looks == 1


async def test_only_a_refusal_to_wait_for_makes_a_bucket_busy() -> None:
    """Other answers of Slack are the caller's to deal with, as are its own errors."""
    turns = RateLimiter(Away())
    with pytest.raises(OSError, match="away"):
        await turns.is_busy(UPDATES)
    with pytest.raises(SlackApiError):
        async with turns.slot(TURN):
            raise answer("message_not_found")
    assert not await turns.is_busy(UPDATES)
    with pytest.raises(ApplicationError) as told:
        async with turns.slot(TURN):
            raise answer("ratelimited", 429, **{"Retry-After": "9"})
    assert told.value.next_retry_delay == timedelta(seconds=9)
    assert told.value.__cause__ is None  # its frames hold the token, and Temporal would store it
    assert await turns.is_busy(UPDATES)


async def test_without_a_queue_slack_alone_says_when() -> None:
    """The error goes to whoever translates it."""
    turns = RateLimiter()
    with pytest.raises(SlackApiError):
        async with turns.slot(TURN):
            raise answer("ratelimited", 429, **{"Retry-After": "9"})
    assert not await turns.is_busy(UPDATES)
