"""The slash command `/order` over a real socket."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.json_values import Json
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, TemporalUnavailable
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.workflows import Execution, FailingActivity
from tests.slack.bots import Bot, a_row, running_bot
from tests.slack.people import ALICE, BOB, CHANNEL, NOW, pending

GENERAL = "C0GENERAL"
RUNNING = Execution(
    "order-ord-1",
    "run",
    "RUNNING",
    NOW,
    None,
    (FailingActivity("post_card", 7, "not_in_channel: invite me", NOW),),
)


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        yield running


async def ask(workspace: WorkspaceClient, text: str, contains: str, channel: str = CHANNEL) -> Json:
    """Type it and return the answer, which only the asker may see."""
    assert (await workspace.command(ALICE, channel, f"/order {text}".strip())).acked
    message = await workspace.wait_for_message(ALICE, channel, contains=contains)
    assert message["is_ephemeral"]
    assert await workspace.messages(BOB, channel) == []
    return message


@pytest.mark.parametrize(
    ("text", "contains"),
    [
        ("", "What I can do"),
        ("help", "What I can do"),
        ("statsu ord-1", "Did you mean /order status?"),
        ("xyzzy", "I do not know the word"),
        ("status", "The status of which order?"),
        ("status a b", "is not an order id"),
        ("list mine", "I have no list"),
        ("status nope", "There is no order nope."),
    ],
)
async def test_every_word_gets_a_helpful_answer(
    bot: Bot, workspace: WorkspaceClient, text: str, contains: str
) -> None:
    """Seen by the asker only."""
    await ask(workspace, text, contains)


@pytest.mark.parametrize("noise", ["x" * 3000, "<!channel> " * 270, "🙃" * 1000, "& < > ` * _"])
async def test_noise_is_clipped_and_escaped(bot: Bot, workspace: WorkspaceClient, noise: str) -> None:
    """Three thousand characters of it."""
    message = await ask(workspace, noise, "I do not know the word")
    assert "<!channel>" not in json.dumps(message)
    assert len(message["text"]) < 1000


async def test_it_answers_in_channels_that_the_bot_is_not_in(bot: Bot, workspace: WorkspaceClient) -> None:
    """Commands may be typed anywhere."""
    await ask(workspace, "help", "What I can do", GENERAL)


async def test_the_status_comes_from_the_workflow_with_temporals_own(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """And what it is stuck with."""
    bot.workflows.on_status, bot.workflows.on_execution = pending(), RUNNING
    text = (await ask(workspace, "status ord-1", "Order ord-1 needs approval"))["text"]
    assert "PENDING_MANUAL_APPROVAL" in text
    assert "Workflow Status: RUNNING" in text
    assert "Waiting for post_card, attempt 7: not_in_channel" in text


@pytest.mark.parametrize(
    ("ahead", "said"), [(412, "The card is queued (412 ahead)."), (0, "The card is next in the queue.")]
)
async def test_the_status_says_how_far_back_the_card_is(
    bot: Bot, workspace: WorkspaceClient, ahead: int, said: str
) -> None:
    """In the text and on the screen."""
    bot.workflows.on_status, bot.workflows.on_execution = pending(), RUNNING
    bot.stored.ahead = {"ord-1": ahead}
    message = await ask(workspace, "status ord-1", said)
    assert said in message["text"]
    assert said in json.dumps(message["blocks"])


async def test_the_status_of_a_card_that_is_drawn_or_cannot_be_looked_up(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """Nothing is said of a queue; what the workflow answers is told in any case."""
    bot.workflows.on_status, bot.workflows.on_execution = pending(), RUNNING
    bot.stored.broken = OSError("away")
    assert "queue" not in (await ask(workspace, "status ord-1", "needs approval"))["text"]
    bot.stored.broken, bot.stored.ahead = None, {"ord-1": 3}
    bot.workflows.on_status = pending().model_copy(update={"card_version": 3, "waiting_for": "a word"})
    assert "queue" not in (await ask(workspace, "status ord-1", "a word"))["text"]


@pytest.mark.parametrize(
    ("error", "execution", "mark"),
    [
        (NoWorkerAnswered(), RUNNING, "(from the database: no worker answers)"),
        (TemporalUnavailable(), TemporalUnavailable(), "(from the database: Temporal cannot be reached)"),
        (OrderNotFound(), OrderNotFound(), "(from the database: Temporal no longer has its workflow)"),
    ],
)
async def test_the_status_comes_from_the_database_when_nobody_else_answers(
    bot: Bot, workspace: WorkspaceClient, error: Exception, execution: Exception | Execution, mark: str
) -> None:
    """Marked so."""
    bot.workflows.on_status, bot.workflows.on_execution = error, execution
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPING)]
    text = (await ask(workspace, "status ord-1", mark))["text"]
    assert "SHIPPING" in text
    assert ("Workflow Status: RUNNING" in text) == isinstance(execution, Execution)


async def test_a_started_order_that_nothing_is_known_of_yet(bot: Bot, workspace: WorkspaceClient) -> None:
    """Temporal has it, no worker has seen it."""
    bot.workflows.on_status, bot.workflows.on_execution = NoWorkerAnswered(), RUNNING
    await ask(workspace, "status ord-1", "has been started, and nothing more is known")


@pytest.mark.parametrize("text", ["status ord-1", "list"])
async def test_a_database_that_is_away_is_admitted(bot: Bot, workspace: WorkspaceClient, text: str) -> None:
    """Instead of silence."""
    bot.stored.broken = OSError("connection refused")
    await ask(workspace, text, "cannot reach my database")


async def test_pages_are_turned_in_place(bot: Bot, workspace: WorkspaceClient) -> None:
    """The same ephemeral message shows the next page; the last has no button."""
    bot.stored.rows = [a_row(f"ord-{n:02}", OrderStatus.PENDING_MANUAL_APPROVAL) for n in range(23)]
    first = await ask(workspace, "list", "ord-00")
    for contains in ("ord-10", "ord-20"):
        (shown,) = await workspace.messages(ALICE, CHANNEL)
        assert (await workspace.click(ALICE, CHANNEL, shown["ts"], "order_list_more")).acked
        await workspace.wait_for_message(ALICE, CHANNEL, contains=contains)
    (last,) = await workspace.messages(ALICE, CHANNEL)
    assert "ord-00" in first["text"]
    assert "ord-09" not in json.dumps(last)
    assert not any(block["type"] == "actions" for block in last["blocks"])


async def test_pending_is_the_default_and_all_shows_all(bot: Bot, workspace: WorkspaceClient) -> None:
    """By status."""
    bot.stored.rows = [
        a_row("ord-1", OrderStatus.PENDING_MANUAL_APPROVAL),
        a_row("ord-2", OrderStatus.SHIPPED),
    ]
    assert "ord-2" not in (await ask(workspace, "list", "ord-1"))["text"]
    assert "ord-1" in (await ask(workspace, "list all", "ord-2"))["text"]


async def test_a_cursor_that_is_not_ours_turns_no_page(bot: Bot, workspace: WorkspaceClient) -> None:
    """The list's message says so."""
    bot.stored.rows = [a_row(f"ord-{n:02}", OrderStatus.SHIPPED) for n in range(12)]
    shown = await ask(workspace, "list all", "ord-00")
    value = '{"which":"all","cursor":"DROP TABLE"}'
    await workspace.click(ALICE, CHANNEL, shown["ts"], "order_list_more", forge=True, value=value)
    await workspace.wait_for_message(ALICE, CHANNEL, contains="not one of mine")
