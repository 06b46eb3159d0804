"""When there is more to post than Slack allows, the bot keeps to the rate and posts only the latest state."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from temporalio.exceptions import ApplicationError

from bot.messages.activities import SlackActivities
from bot.web_api.errors import Remedy
from bot.web_api.rate_limits import post_bucket
from db.pool import Pool
from db.slack.rate_limit_queue import GRACE, LONGEST_POLL, PostgresRateLimitQueue
from db.slack.slack_messages import PostgresMessageStore
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import PostCard, PostReply, UpdateCard
from orchestration.domain.card import order_card
from orchestration.domain.errors import NoWorkerAnswered
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.rate_limit_queue import Priority, QueuedCall
from tests.slack.bots import Workflows
from tests.slack.clock import let_time_pass
from tests.slack.people import ALICE, BOT, BOT_USER, CHANNEL, approved, pending

POST, UPDATE = "chat.postMessage", "chat.update"
AT_ONCE = 20
"""What a bot runs at once; who waits holds no slot."""


def a_bot(web: AsyncWebClient, pool: Pool, orders: Workflows | None = None) -> SlackActivities:
    """One of several that share a database."""
    queue = PostgresRateLimitQueue(pool)
    return SlackActivities(web, PostgresMessageStore(pool), CHANNEL, BOT, queue=queue, orders=orders)


async def waits(call: Callable[[], Awaitable[object]]) -> ApplicationError:
    """Return what an activity was told that has to wait."""
    with pytest.raises(ApplicationError) as told:
        await call()
    assert told.value.type == Remedy.WAIT
    assert told.value.next_retry_delay is not None
    return told.value


async def refusals(workspace: WorkspaceClient, method: str = POST) -> int:
    """How many calls Slack has refused."""
    return sum(call["answer"].get("error") == "ratelimited" for call in await workspace.calls(method))


async def said(workspace: WorkspaceClient) -> list[dict[str, Any]]:
    """Every message of the bot in the channel, oldest first."""
    return [each for each in await workspace.messages(ALICE, CHANNEL) if each["user"] == BOT_USER]


class AsTemporal:
    """Tries until it works, as Temporal does: later by what the activity asks for."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self, call: Callable[[], Awaitable[object]]) -> None:
        """Return when it has worked."""
        while True:
            try:
                async with self._slots:
                    await call()
            except ApplicationError as told:
                if told.next_retry_delay is None:
                    raise
                await asyncio.sleep(told.next_retry_delay.total_seconds())
            else:
                return


async def test_a_hundred_orders_at_once_on_two_bots(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """Slack takes 40 at once and 8 a second: each card is posted once, and few calls are refused."""
    await workspace.rate_limits(enabled=True, scale=8)
    bots = [(a_bot(web, pool), AsTemporal()) for _ in range(2)]

    async def order(n: int) -> None:
        bot, temporal = bots[n % 2]
        await temporal.run(lambda: bot.post_card(PostCard(card_view=order_card(pending(f"ord-{n}")))))

    await asyncio.gather(*(order(n) for n in range(100)))
    keys = [each["metadata"]["event_payload"]["key"] for each in await said(workspace)]
    assert sorted(keys) == sorted(f"ord-{n}:card" for n in range(100))
    # Those that were under way when the first was refused, and few afterwards: knocking each second would
    # have made hundreds.
    assert await refusals(workspace) <= 2 * AT_ONCE + 10
    assert await pool.fetchval("SELECT count(*) FROM slack_queue") == 0


async def test_cards_go_before_chatter(web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient) -> None:
    """However long the replies have waited."""
    bot, queue = a_bot(web, pool), PostgresRateLimitQueue(pool)
    card = await bot.post_card(PostCard(card_view=order_card(pending("ord-0"))))
    await queue.report_refusal(QueuedCall(post_bucket(CHANNEL), "elsewhere", "ord-x", Priority.CARD), 2)
    await pool.execute(
        "UPDATE slack_rate_limits SET interval_seconds = 30, next_free_at = next_free_at + interval '30 s'"
    )
    bot = a_bot(web, pool)
    for n in range(3):
        reply = PostReply(order_id=f"ord-{n}", card=card, purpose="late", text="too late")
        await waits(lambda reply=reply: bot.post_reply(reply))  # type: ignore[misc]
    told = await waits(lambda: bot.post_card(PostCard(card_view=order_card(pending("ord-9")))))
    assert "1 ahead" in told.message
    assert "4 ahead" in (await waits(lambda: bot.post_reply(reply))).message


async def test_another_bot_does_not_knock_at_a_closed_bucket(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """It sees what the first was told. Waiting is no attempt: no intent is stored, no clock begins to run."""
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=30)
    await waits(lambda: a_bot(web, pool).post_card(PostCard(card_view=order_card(pending("ord-1")))))
    await waits(lambda: a_bot(web, pool).post_card(PostCard(card_view=order_card(pending("ord-2")))))
    assert len(await workspace.calls(POST)) == 1
    assert await PostgresMessageStore(pool).find("ord-2:card") is None


async def test_orders_that_are_gone_block_nobody(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """Their workflows were terminated in the queue."""
    bot = a_bot(web, pool)
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=30)
    for n in range(30):
        await waits(lambda n=n: bot.post_card(PostCard(card_view=order_card(pending(f"gone-{n}")))))  # type: ignore[misc]
    late = (GRACE + LONGEST_POLL).total_seconds()
    await let_time_pass(pool, late)
    await pool.execute("UPDATE slack_queue SET next_poll_at = next_poll_at - make_interval(secs => $1)", late)
    await bot.post_card(PostCard(card_view=order_card(pending("alive"))))
    assert len(await said(workspace)) == 1


async def test_a_card_that_waited_is_posted_as_the_order_stands(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """And the workflow is told which version that was, so that no update follows."""
    workflows = Workflows(on_status=approved())
    bot = a_bot(web, pool, workflows)
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=5)
    await waits(lambda: bot.post_card(PostCard(card_view=order_card(pending()))))
    await let_time_pass(pool, 5)
    drawn = await bot.post_card(PostCard(card_view=order_card(pending())))
    assert drawn.version == approved().version
    (card,) = await said(workspace)
    assert "is approved" in card["text"]


async def test_an_order_that_ended_in_the_queue_gets_one_card_as_a_record(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """Without buttons."""
    ended = pending().model_copy(update={"version": 9, "status": OrderStatus.CANCELLED})
    bot = a_bot(web, pool, Workflows(on_status=ended))
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=5)
    await waits(lambda: bot.post_card(PostCard(card_view=order_card(pending()))))
    await let_time_pass(pool, 5)
    assert (await bot.post_card(PostCard(card_view=order_card(pending())))).version == 9
    (card,) = await said(workspace)
    assert "was cancelled" in card["text"]
    assert not any(block["type"] == "actions" for block in card["blocks"])


async def test_an_update_that_waited_draws_the_newest_state(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """One call, however many states have come and gone."""
    newest = approved().model_copy(update={"version": 7, "status": OrderStatus.SHIPPED})
    bot = a_bot(web, pool, Workflows(on_status=newest))
    ref = await bot.post_card(PostCard(card_view=order_card(pending())))
    await workspace.add_fault(kind="rate_limited", method=UPDATE, retry_after=5)
    await waits(lambda: bot.update_card(UpdateCard(card=ref, card_view=order_card(approved()))))
    await let_time_pass(pool, 5)
    assert (await bot.update_card(UpdateCard(card=ref, card_view=order_card(approved())))).version == 7
    (card,) = await said(workspace)
    assert "has been shipped" in card["text"]
    assert len(await workspace.calls(UPDATE)) == 2


@pytest.mark.parametrize("answer", [NoWorkerAnswered("none"), pending().model_copy(update={"version": 2})])
async def test_without_a_newer_state_what_was_asked_for_is_posted(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient, answer: Any
) -> None:
    """Nobody answers, or what they say is older."""
    bot = a_bot(web, pool, Workflows(on_status=answer))
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=5)
    await waits(lambda: bot.post_card(PostCard(card_view=order_card(approved()))))
    await let_time_pass(pool, 5)
    assert (await bot.post_card(PostCard(card_view=order_card(approved())))).version is None
    (card,) = await said(workspace)
    assert "is approved" in card["text"]


async def test_a_card_that_is_there_already_does_not_queue(
    web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient
) -> None:
    """The bot was killed after it had stored where the card is; another finds it at once."""
    ref = await a_bot(web, pool).post_card(PostCard(card_view=order_card(pending())))
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=30)
    await waits(lambda: a_bot(web, pool).post_card(PostCard(card_view=order_card(pending("ord-2")))))
    assert await a_bot(web, pool).post_card(PostCard(card_view=order_card(pending()))) == ref


async def test_at_rest_nobody_queues(web: AsyncWebClient, pool: Pool, workspace: WorkspaceClient) -> None:
    """Which lanes are busy is looked at now and then, not for each call."""

    class Counting(PostgresRateLimitQueue):
        looks = 0

        async def busy(self) -> frozenset[str]:
            self.looks += 1
            return await super().busy()

        async def take(self, turn: QueuedCall) -> Any:
            raise AssertionError("nobody waits")

        leave = take

    queue = Counting(pool)
    bot = SlackActivities(web, PostgresMessageStore(pool), CHANNEL, BOT, queue=queue)
    for n in range(20):
        ref = await bot.post_card(PostCard(card_view=order_card(pending(f"ord-{n}"))))
        await bot.update_card(UpdateCard(card=ref, card_view=order_card(approved(f"ord-{n}"))))
    assert queue.looks == 1
