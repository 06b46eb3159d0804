"""Questions and answers over a real socket: the menu, the direct message with its button, the answer."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.ids import AnswerValue
from bot.messages.activities import SlackActivities
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import NotifyPeople, PostCard
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.gate import Question
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import order_card
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.status import OrderStatus
from tests.slack.bots import Bot, a_row, running_bot
from tests.slack.interactions import TEXT, choose, sees, sees_no_form, submit, until
from tests.slack.people import ALICE, BOB, FINANCE, NOW, pending

BOBS_DM = "D0BOB0001"
QUESTION = Question(
    question_id="q-1",
    by=Actor(kind=ActorKind.SLACK_USER, id=ALICE),
    at=NOW,
    text="Which office, <!channel>?",
)


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        yield running


@pytest_asyncio.fixture
async def card(activities: SlackActivities) -> MessageRef:
    """Of an order that waits for approval."""
    return await activities.post_card(PostCard(card_view=order_card(pending())))


@pytest_asyncio.fixture
async def asked(activities: SlackActivities, card: MessageRef) -> None:
    """Bob has been asked in a direct message."""
    view = pending()
    gate = view.gate.model_copy(update={"questions": (QUESTION,)})
    notification = NotifyPeople(
        card_view=order_card(view.model_copy(update={"gate": gate})),
        card=card,
        notification=Notification(kind=NotificationKind.QUESTION, number=1, at=NOW),
        people=(BOB,),
    )
    await activities.notify_people(notification)


async def answer_button(workspace: WorkspaceClient) -> str:
    """Where Bob's direct message is."""
    message = await workspace.wait_for_message(BOB, BOBS_DM, contains="order_answer")
    return str(message["ts"])


async def test_a_question_goes_to_the_workflow(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """With who asks, and the groups that let them; the asker hears that it did."""
    view = await choose(workspace, card, "ask")
    assert (await submit(workspace, view)).errors is not None
    assert (await submit(workspace, view, order_text="Which\noffice?")).closed
    await until(bot, bot.workflows.asked)
    ((order_id, request),) = bot.workflows.asked
    assert (order_id, request.text, request.surface) == ("ord-1", "Which office?", Surface.MODAL)
    assert (request.actor.id, request.actor.groups) == (ALICE, (FINANCE,))
    await sees(workspace, "Your question about order ord-1 is asked")
    assert bot.workflows.decided == []


async def test_the_same_question_twice_is_one(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Its envelope came twice."""
    view = await choose(workspace, card, "ask")
    await workspace.add_fault(kind="duplicate_envelope", method="interactive")
    await submit(workspace, view, order_text="Which office?")
    await until(bot, bot.workflows.asked, 2)
    assert len({request.question_id for _, request in bot.workflows.asked}) == 1


@pytest.mark.usefixtures("asked")
async def test_the_requester_answers_with_the_button_of_a_direct_message(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """A form, and the answer is on its way to the question it belongs to."""
    ts = await answer_button(workspace)
    assert (await workspace.click(BOB, BOBS_DM, ts, "order_answer")).acked
    view = await workspace.wait_for_view(BOB, contains="Your answer")
    refused = await submit(workspace, view, BOB, order_text="\u200f")
    assert refused.errors is not None
    assert TEXT in refused.errors
    assert (await submit(workspace, view, BOB, order_text="The one in\nKiel")).closed
    await until(bot, bot.workflows.answered)
    ((order_id, given),) = bot.workflows.answered
    assert (order_id, given.question_id, given.text) == ("ord-1", "q-1", "The one in Kiel")
    assert (given.actor.id, given.surface) == (BOB, Surface.MODAL)
    await sees(workspace, "your answer about order ord-1 is passed on", BOB, BOBS_DM)


@pytest.mark.usefixtures("asked")
async def test_the_button_stays_and_a_second_answer_is_refused_in_words(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """The workflow says so."""
    bot.workflows.on_verdict = VerdictKind.ALREADY_ANSWERED
    await workspace.click(BOB, BOBS_DM, await answer_button(workspace), "order_answer")
    view = await workspace.wait_for_view(BOB, kind="modal")
    await submit(workspace, view, BOB, order_text="Kiel again")
    await sees(workspace, "has been answered already", BOB, BOBS_DM)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (VerdictKind.NOT_AN_APPROVER, "your question was not passed on"),
        (VerdictKind.TOO_MANY, "too many questions"),
        (VerdictKind.NOT_WAITING, "does not wait for that"),
        (VerdictKind.ALREADY_OVER, "already over"),
        (None, "safely stored"),
        (NoWorkerAnswered(), "safely stored"),
    ],
)
async def test_the_asker_is_told_the_verdict(
    bot: Bot,
    card: MessageRef,
    workspace: WorkspaceClient,
    verdict: VerdictKind | CountersignError | None,
    words: str,
) -> None:
    """In the card's channel."""
    bot.workflows.on_verdict = verdict
    await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")
    await sees(workspace, words)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TemporalUnavailable(), "Nothing happened"),
        (OutcomeUnknown(), "may or may not have arrived"),
        (RuntimeError("surprise"), "Something went wrong on my side"),
    ],
)
async def test_a_question_that_was_not_taken_is_told(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, error: Exception, words: str
) -> None:
    """And what to do."""
    bot.workflows.on_decide = error
    await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")
    await sees(workspace, words)


async def test_a_question_about_an_ended_order(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Is told how it ended, with and without a database; and that there is none, if nobody knows it."""
    bot.workflows.on_decide, bot.workflows.on_verdict = OrderOver(), OrderNotFound()
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPED)]
    await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")
    await sees(workspace, "already over: it has been shipped")
    bot.stored.broken = OSError("away")
    await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")
    await sees(workspace, "already over. Nothing happened.")
    bot.stored.broken, bot.stored.rows, bot.workflows.on_decide = None, [], OrderNotFound()
    await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")
    await sees(workspace, "There is no order ord-1")


async def test_the_question_that_was_the_last_thing_to_arrive_is_not_called_late(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Delivered twice, and the order was over in between."""
    bot.workflows.on_decide = OrderOver()
    await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")
    await sees(workspace, "is asked")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("value", ["rubbish", "{}", '{"order_id":"ord-1","question_id":"../x"}'])
async def test_a_button_that_is_not_ours_opens_nothing(
    bot: Bot, workspace: WorkspaceClient, value: str
) -> None:
    """And says so."""
    ts = await answer_button(workspace)
    await workspace.click(BOB, BOBS_DM, ts, "order_answer", forge=True, value=value)
    await sees(workspace, "not one of mine", BOB, BOBS_DM)
    await sees_no_form(workspace, BOB)


@pytest.mark.usefixtures("asked")
async def test_an_expired_trigger_of_the_button_is_told(bot: Bot, workspace: WorkspaceClient) -> None:
    """In the direct message."""
    await workspace.add_fault(kind="error", method="views.open", error="expired_trigger_id")
    await workspace.click(BOB, BOBS_DM, await answer_button(workspace), "order_answer")
    await sees(workspace, "Please click again", BOB, BOBS_DM)


@pytest.mark.usefixtures("asked")
async def test_the_answer_is_told_through_the_response_url_where_the_bot_may_not_speak(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """It was kept with the form."""
    await workspace.click(BOB, BOBS_DM, await answer_button(workspace), "order_answer")
    view = await workspace.wait_for_view(BOB, kind="modal")
    await workspace.add_fault(kind="error", method="chat.postEphemeral", error="channel_not_found")
    await submit(workspace, view, BOB, order_text="Kiel")
    await sees(workspace, "is passed on", BOB, BOBS_DM)


def test_the_value_of_the_button_fits() -> None:
    """Two thousand characters."""
    assert len(AnswerValue(order_id="x" * 64, question_id="q" * 128).encode()) < 2000
