"""A card is posted once, whatever happens to Slack's answer, the bot or the message."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from temporalio.exceptions import ApplicationError

from bot.messages import exactly_once_poster
from bot.messages.activities import SlackActivities
from bot.web_api.application_errors import OPERATOR_DELAY
from bot.web_api.errors import Remedy
from db.pool import Pool
from db.slack.slack_messages import PostgresMessageStore
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import PostCard, PostReply, UpdateCard
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from orchestration.ports.slack_messages import SlackMessage
from tests.slack.clock import let_time_pass
from tests.slack.people import ALICE, BOT, BOT_USER, CHANNEL, approved, pending

POST, UPDATE = "chat.postMessage", "chat.update"


async def cards(workspace: WorkspaceClient) -> list[str]:
    """Timestamps of all messages of the bot in the channel."""
    return [each["ts"] for each in await workspace.messages(ALICE, CHANNEL) if each["user"] == BOT_USER]


async def fails(call: Callable[[], Awaitable[object]]) -> ApplicationError:
    """Return what an activity failed with."""
    with pytest.raises(ApplicationError) as failed:
        await call()
    return failed.value


async def test_a_card_is_posted_and_asked_for_again_is_the_same(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """With the key in its metadata and nothing unfurled."""
    first = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await activities.post_card(PostCard(card_view=order_card(pending()))) == first
    assert await cards(workspace) == [first.ts]
    (call,) = await workspace.calls(POST)
    assert call["args"]["metadata"] == {
        "event_type": "countersign",
        "event_payload": {"key": "ord-1:card", "version": 3, "final": False},
    }
    assert (call["args"]["unfurl_links"], call["args"]["unfurl_media"]) == (False, False)


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
async def test_a_lost_answer_costs_no_second_card(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool, kind: str
) -> None:
    """The next try waits until nothing can be in flight, then finds the card and adopts it."""
    await workspace.add_fault(kind=kind, method=POST)
    lost = await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    assert lost.type == Remedy.LOOK_FIRST
    assert lost.__cause__ is None  # its frames hold the token, and Temporal would store it
    early = await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    assert early.next_retry_delay is not None
    assert 3 < early.next_retry_delay.total_seconds() <= 5
    await let_time_pass(pool)
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await cards(workspace) == [ref.ts]


async def test_a_process_that_wakes_too_late_does_not_send(
    web: AsyncWebClient,
    messages: PostgresMessageStore,
    workspace: WorkspaceClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Frozen between storing its attempt and sending it: others take it by then that nothing is in flight."""
    monkeypatch.setattr(exactly_once_poster, "HTTP_TIME_LIMIT", 0.1)
    begin = messages.begin

    async def begin_and_freeze(*asked: str) -> tuple[SlackMessage, bool]:
        begun = await begin(*asked)
        time.sleep(0.3)  # noqa: ASYNC251 - nothing else runs either, as in a stopped process
        return begun

    monkeypatch.setattr(messages, "begin", begin_and_freeze)
    late = SlackActivities(web, messages, CHANNEL, BOT)
    failed = await fails(lambda: late.post_card(PostCard(card_view=order_card(pending()))))
    assert failed.type == Remedy.LOOK_FIRST
    assert await workspace.calls(POST) == []


async def test_a_post_that_never_arrived_is_made_after_the_wait(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool
) -> None:
    """The search finds nothing, so it is posted."""
    await workspace.add_fault(kind="drop_before", method=POST)
    await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    await let_time_pass(pool)
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await cards(workspace) == [ref.ts]


async def test_a_bot_that_was_killed_before_it_posted(
    activities: SlackActivities, messages: PostgresMessageStore, workspace: WorkspaceClient, pool: Pool
) -> None:
    """Its intent is there and nothing else; another bot takes over."""
    await messages.begin("ord-1:card", "ord-1", "card", CHANNEL)
    await let_time_pass(pool)
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await cards(workspace) == [ref.ts]


async def test_the_search_reads_every_page(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool
) -> None:
    """The card of a lost answer lies between 210 older and 210 newer messages."""
    for n in range(210):
        await workspace.post(ALICE, CHANNEL, f"before {n}")
    await workspace.add_fault(kind="drop_after", method=POST)
    await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    (card,) = await cards(workspace)
    for n in range(210):
        await workspace.post(ALICE, CHANNEL, f"after {n}")
    await let_time_pass(pool)
    assert (await activities.post_card(PostCard(card_view=order_card(pending())))).ts == card
    assert len(await workspace.calls("conversations.history")) == 2


async def test_only_our_own_messages_are_adopted(
    activities: SlackActivities,
    web: AsyncWebClient,
    messages: PostgresMessageStore,
    workspace: WorkspaceClient,
    pool: Pool,
) -> None:
    """Any app of the workspace can write metadata like ours."""
    await workspace.add_fault(kind="drop_after", method=POST)
    await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    (foreign,) = await cards(workspace)
    await let_time_pass(pool)
    other_bot = SlackActivities(web, messages, CHANNEL, "B0OTHER01")
    assert (await other_bot.post_card(PostCard(card_view=order_card(pending())))).ts != foreign


async def test_two_tries_at_the_same_moment_post_one_card(
    web: AsyncWebClient, messages: PostgresMessageStore, workspace: WorkspaceClient, pool: Pool
) -> None:
    """Two bots, one order, first with nothing stored and then with an old intent."""
    bots = [SlackActivities(web, messages, CHANNEL, BOT) for _ in range(5)]

    async def race(order_id: str) -> list[MessageRef | BaseException]:
        calls = (bot.post_card(PostCard(card_view=order_card(pending(order_id)))) for bot in bots)
        return await asyncio.gather(*calls, return_exceptions=True)

    for order_id in ("ord-1", "ord-2"):
        if order_id == "ord-2":
            await messages.begin("ord-2:card", order_id, "card", CHANNEL)
            await let_time_pass(pool)
        outcomes = await race(order_id)
        refs = {each for each in outcomes if isinstance(each, MessageRef)}
        assert len(refs) == 1
        assert all(isinstance(each, MessageRef | ApplicationError) for each in outcomes)
    assert len(await cards(workspace)) == 2


async def test_429_is_waited_out_and_then_posted_at_once(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool
) -> None:
    """Slack said that nothing was posted: there is nothing to search for."""
    await workspace.add_fault(kind="rate_limited", method=POST, retry_after=7)
    busy = await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    assert busy.next_retry_delay is not None
    assert 6.9 < busy.next_retry_delay.total_seconds() <= 7
    early = await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    assert early.next_retry_delay is not None
    assert len(await workspace.calls(POST)) == 1
    await let_time_pass(pool, 7)
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await cards(workspace) == [ref.ts]
    assert await workspace.calls("conversations.history") == []


async def test_a_proxys_503_is_no_proof_that_nothing_was_posted(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """So the next try waits and looks."""
    await workspace.add_fault(kind="http_status", method=POST, status=503)
    assert (
        await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    ).type == Remedy.LOOK_FIRST
    assert (
        await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    ).type == "EarlierAttempt"


async def test_a_bot_outside_of_the_channel_waits_to_be_invited(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """Slowly, saying what to do; then it posts."""
    await workspace.leave(CHANNEL, BOT_USER)
    failure = await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    assert failure.type == Remedy.OPERATOR
    assert failure.next_retry_delay == OPERATOR_DELAY
    assert "/invite @countersign" in failure.message
    await workspace.join(CHANNEL, BOT_USER)
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await cards(workspace) == [ref.ts]


async def test_our_own_bug_is_not_retried(activities: SlackActivities, workspace: WorkspaceClient) -> None:
    """invalid_blocks would stay invalid."""
    await workspace.add_fault(kind="error", method=POST, error="invalid_blocks")
    failure = await fails(lambda: activities.post_card(PostCard(card_view=order_card(pending()))))
    assert failure.non_retryable


async def test_a_newer_state_is_drawn_over_the_card(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """In place; the metadata says which state it is."""
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert await activities.update_card(UpdateCard(card=ref, card_view=order_card(approved()))) == ref
    (card,) = [each for each in await workspace.messages(ALICE, CHANNEL) if each["user"] == BOT_USER]
    assert "is approved" in card["text"]
    assert card["metadata"]["event_payload"] == {"key": "ord-1:card", "version": 4, "final": False}
    assert not any(block["type"] == "actions" for block in card["blocks"])


async def test_a_deleted_card_is_posted_anew_once(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """With the newest state; a second try with the old place finds the new card."""
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    await workspace.delete_message(ALICE, CHANNEL, ref.ts)
    anew = await activities.update_card(UpdateCard(card=ref, card_view=order_card(approved())))
    assert anew != ref
    assert await activities.update_card(UpdateCard(card=ref, card_view=order_card(approved()))) == anew
    assert await cards(workspace) == [anew.ts]
    assert len(await workspace.calls(POST)) == 2


async def test_a_new_card_of_which_the_answer_was_lost_shows_the_newest_state(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool
) -> None:
    """The try that finds it draws its own state over it."""
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    await workspace.delete_message(ALICE, CHANNEL, ref.ts)
    await workspace.add_fault(kind="drop_after", method=POST)
    await fails(lambda: activities.update_card(UpdateCard(card=ref, card_view=order_card(pending()))))
    await let_time_pass(pool)
    anew = await activities.update_card(UpdateCard(card=ref, card_view=order_card(approved())))
    (card,) = [each for each in await workspace.messages(ALICE, CHANNEL) if each["user"] == BOT_USER]
    assert card["ts"] == anew.ts
    assert "is approved" in card["text"]


async def test_an_update_that_may_have_happened_is_simply_repeated(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """Twice the same is the same."""
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    await workspace.add_fault(kind="drop_after", method=UPDATE)
    assert not (
        await fails(lambda: activities.update_card(UpdateCard(card=ref, card_view=order_card(approved()))))
    ).non_retryable
    assert await activities.update_card(UpdateCard(card=ref, card_view=order_card(approved()))) == ref


async def test_a_card_that_must_not_be_edited_fails_for_good(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """The order goes on without it."""
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    await workspace.add_fault(kind="error", method=UPDATE, error="edit_window_closed")
    failure = await fails(
        lambda: activities.update_card(UpdateCard(card=ref, card_view=order_card(approved())))
    )
    assert failure.non_retryable


async def test_a_reply_is_posted_once_for_each_purpose_and_escaped(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool
) -> None:
    """In the card's thread, found there again after a lost answer."""
    ref = await activities.post_card(PostCard(card_view=order_card(pending())))
    asked = PostReply(order_id="ord-1", card=ref, purpose="late-1", text="Sorry, <!channel>: too late")
    await workspace.add_fault(kind="drop_after", method=POST)
    await fails(lambda: activities.post_reply(asked))
    await let_time_pass(pool)
    reply = await activities.post_reply(asked)
    await activities.post_reply(asked.model_copy(update={"purpose": "late-2"}))
    _, first, second = await workspace.messages(ALICE, CHANNEL, thread_ts=ref.ts)
    assert first["ts"] == reply.ts
    assert first["text"] == second["text"] == "Sorry, &lt;!channel&gt;: too late"


async def test_a_slow_slack_is_given_up_within_the_time_limit(
    activities: SlackActivities, workspace: WorkspaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit that the next try's wait is reckoned from."""
    monkeypatch.setattr(exactly_once_poster, "HTTP_TIME_LIMIT", 0.3)
    await workspace.add_fault(kind="delay", method=POST, seconds=3)
    failure = await asyncio.wait_for(
        fails(lambda: activities.post_card(PostCard(card_view=order_card(pending())))), 2
    )
    assert failure.type == Remedy.LOOK_FIRST
