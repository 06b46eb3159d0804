"""The bot's own card and its modals in the browser; only the workflows are replaced by a stand-in."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.text import Message
from bot.views.card import card
from bot.views.notifications import direct
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.gate import Question
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.card import order_card
from tests.slack.bots import Bot, running_bot
from tests.slack.interactions import until
from tests.slack.people import ALICE, BOB, CHANNEL, NOW, pending

pytest.importorskip("playwright.async_api", reason="no Playwright: pip install -r requirements-dev.txt")
from playwright.async_api import Page, expect

QUESTION = Question(
    question_id="q-1", by=Actor(kind=ActorKind.SLACK_USER, id=BOB), at=NOW, text="Which office is it for?"
)


@pytest.fixture
async def bot(web: AsyncWebClient, people: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected."""
    async with running_bot(web, people.wait_for_connections) as running:
        yield running


async def post(web: AsyncWebClient, channel: str, message: Message) -> None:
    """Post as the bot."""
    await web.chat_postMessage(channel=channel, text=message.text, blocks=message.blocks)


async def test_approve_with_a_note(page: Page, web: AsyncWebClient, bot: Bot) -> None:
    """From the menu of the card to a decision with its note."""
    await post(web, CHANNEL, card(order_card(pending())))
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Approve with a note").click()
    dialog = page.get_by_role("dialog", name="Approve with a note")
    await expect(dialog).to_contain_text("Order ord-1")
    await dialog.get_by_role("textbox", name="Note").fill("fine by me")
    await dialog.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await until(bot, bot.workflows.decided)
    ((order_id, kind, request),) = bot.workflows.decided
    assert (order_id, kind, request.note, request.actor.id) == ("ord-1", "approve", "fine by me", ALICE)


async def test_an_answer(page: Page, slack: SlackSimulator, web: AsyncWebClient, bot: Bot) -> None:
    """From the button of a direct message to the workflow; an empty one is sent back."""
    view = pending()
    gate = view.gate.model_copy(update={"requester": ALICE, "questions": (QUESTION,)})
    asked = NotifyPeople(
        card_view=order_card(view.model_copy(update={"gate": gate})),
        card=None,
        notification=Notification(kind=NotificationKind.QUESTION, number=1, at=NOW),
        people=(ALICE,),
    )
    opened = await web.conversations_open(users=ALICE)
    await post(web, opened["channel"]["id"], direct(asked))
    await page.goto(f"{slack.url}/#{ALICE}/{opened['channel']['id']}")
    await expect(page.get_by_text("Which office is it for?")).to_be_visible()
    await page.get_by_role("button", name="Answer the question about order ord-1").click()
    dialog = page.get_by_role("dialog", name="Answer the question")
    await dialog.get_by_role("textbox", name="Your answer").fill("  ")
    await dialog.get_by_role("button", name="Send answer").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please write something here.")
    await dialog.get_by_role("textbox", name="Your answer").fill("The one in Kiel")
    await dialog.get_by_role("button", name="Send answer").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await until(bot, bot.workflows.answered)
    ((_, given),) = bot.workflows.answered
    assert (given.question_id, given.text, given.actor.id) == ("q-1", "The one in Kiel", ALICE)
    await expect(page.get_by_text("your answer about order ord-1 is passed on")).to_be_visible()
