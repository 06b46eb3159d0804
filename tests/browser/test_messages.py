"""Cards, threads, ephemeral messages and commands in the page, as an approver uses them."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.browser.app import BUTTONS, card, plain
from tests.simulator.support import ALICE, APPROVALS, BOB, UPDATES

pytest.importorskip("playwright.async_api", reason="no Playwright: pip install -r requirements-dev.txt")
from playwright.async_api import Browser, FilePayload, Page, expect


@pytest.mark.usefixtures("app", "card_ts")
async def test_a_click_approves_and_the_card_follows(page: Page) -> None:
    log = page.get_by_role("log", name="Messages")
    await expect(log.get_by_role("heading", name="Order 1042 needs a yes")).to_be_visible()
    await log.get_by_role("button", name="Approve", exact=True).click()
    await expect(log).to_contain_text("approved by @alice")
    await expect(log.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


@pytest.mark.usefixtures("app", "card_ts")
async def test_cancel_asks_first(page: Page) -> None:
    log = page.get_by_role("log", name="Messages")
    cancel = log.get_by_role("button", name="Cancel", exact=True)
    await cancel.click()
    dialog = page.get_by_role("dialog", name="Cancel this order?")
    await expect(dialog).to_contain_text("EUR 1,200.00 for Müller GmbH")
    await expect(dialog.get_by_role("button", name="Cancel the order")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await cancel.click()
    await dialog.get_by_role("button", name="Cancel the order").click()
    await expect(log).to_contain_text("cancelled by @alice")


@pytest.mark.usefixtures("card_ts")
async def test_a_click_that_nobody_answers_is_said_at_the_message(page: Page) -> None:
    await page.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.get_by_role("alert").filter(has_text="not connected")).to_be_visible()


async def test_a_thread_opens_beside_and_takes_a_reply(
    page: Page, web: AsyncWebClient, people: WorkspaceClient, card_ts: str
) -> None:
    await web.chat_postMessage(channel=APPROVALS, text="One of two", thread_ts=card_ts)
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("One of two")
    await thread.get_by_placeholder("Reply…").fill("What is it for?")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("log")).to_contain_text("What is it for?")
    replies = await people.messages(BOB, APPROVALS, thread_ts=card_ts)
    assert replies[-1]["text"] == "What is it for?"
    await page.reload()
    await expect(page.get_by_role("complementary", name="Thread")).to_contain_text("What is it for?")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("complementary", name="Thread")).to_be_hidden()


async def test_an_ephemeral_is_marked_and_can_be_dismissed(page: Page, web: AsyncWebClient) -> None:
    await web.chat_postEphemeral(channel=APPROVALS, user=ALICE, text="psst")
    message = page.locator(".message", has_text="psst")
    await expect(message).to_contain_text("Only visible to you")
    await message.get_by_role("button", name="Dismiss").click()
    await expect(message).to_have_count(0)


async def test_another_person_is_one_click_away(page: Page, web: AsyncWebClient) -> None:
    await web.chat_postEphemeral(channel=APPROVALS, user=ALICE, text="for alice only")
    await expect(page.locator(".message")).to_have_count(1)
    await page.get_by_role("button", name="Bob Byrne").click()
    await expect(page.get_by_role("button", name="Bob Byrne")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".message")).to_have_count(0)


@pytest.mark.usefixtures("app")
async def test_a_slash_command_is_hinted_at_and_answered(page: Page) -> None:
    draft = page.get_by_placeholder("Message #approvals")
    await draft.press_sequentially("/or")
    await expect(page.get_by_role("option", name="/order help | status <id>")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(draft).to_have_value("/order ")
    await draft.press_sequentially("status 1")
    await expect(page.get_by_role("listbox")).to_contain_text("help | status <id>")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Messages")).to_contain_text("You asked for status 1")
    await draft.fill("/nonsense")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Messages")).to_contain_text("/nonsense is not a valid command")


async def test_a_message_is_written_edited_and_deleted(page: Page, people: WorkspaceClient) -> None:
    await page.get_by_placeholder("Message #approvals").fill("first *draft* for @bob, or")
    await page.keyboard.press("Enter")
    message = page.locator(".message", has_text="first draft")
    await expect(message.locator(".mention")).to_have_text("@bob")
    await message.hover()
    await message.get_by_role("button", name="Edit message").click()
    await page.get_by_role("textbox", name="Edit message").fill("second draft")
    await page.keyboard.press("Enter")
    changed = page.locator(".message", has_text="second draft")
    await expect(changed).to_contain_text("(edited)")
    await changed.hover()
    await changed.get_by_role("button", name="Delete message").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(changed).to_have_count(0)
    assert await people.messages(BOB, APPROVALS) == []


async def test_what_others_change_is_seen_at_once(page: Page, people: WorkspaceClient) -> None:
    ts = await people.post(BOB, APPROVALS, "hello")
    message = page.locator(f"[data-ts='{ts}']")
    await expect(message).to_contain_text("Bob Byrne")
    await people.edit(BOB, APPROVALS, ts, "good morning")
    await expect(message).to_contain_text("good morning")
    await people.react(BOB, APPROVALS, ts, "tada")
    pill = message.get_by_role("button", name="tada, 1: Bob Byrne")
    await pill.click()
    await expect(message.get_by_role("button", name="tada, 2: Bob Byrne, Alice Ames")).to_be_visible()
    await people.delete_message(BOB, APPROVALS, ts)
    await expect(message).to_have_count(0)


async def test_unread_marks_come_and_go(page: Page, web: AsyncWebClient) -> None:
    updates = page.get_by_role("navigation").get_by_role("button", name="order-updates")
    await web.chat_postMessage(channel=UPDATES, text="shipped")
    await expect(updates).to_contain_text("(unread)")
    await web.chat_postMessage(channel=UPDATES, text=f"<@{ALICE}> shipped too")
    await expect(updates.get_by_label("1 for you")).to_be_visible()
    await updates.click()
    await expect(page.get_by_role("log", name="Messages")).to_contain_text("shipped too")
    await expect(page.get_by_role("separator").filter(has_text="New")).to_be_visible()
    await page.get_by_role("navigation").get_by_role("button", name="approvals").click()
    await expect(updates).not_to_contain_text("unread")


async def test_the_theme_is_chosen_and_remembered(page: Page) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(background)
    theme = page.get_by_role("button", name="Theme")
    await theme.click()
    await theme.click()
    await expect(theme).to_have_accessible_name("Theme: dark")
    assert await page.evaluate(background) != light
    await page.reload()
    await expect(theme).to_have_accessible_name("Theme: dark")
    assert await page.evaluate(background) != light


async def test_a_file_is_attached_and_shown(page: Page) -> None:
    chosen = FilePayload(name="note.txt", mimeType="text/plain", buffer=b"hello")
    await page.locator("#write input[type=file]").set_input_files(chosen)
    await expect(page.locator("#write .attached")).to_contain_text("note.txt")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".message .file")).to_contain_text("note.txt")


async def test_a_long_conversation_is_read_from_its_end(page: Page, slack: SlackSimulator) -> None:
    for n in range(2000):
        slack.people.post(BOB, "general", f"message {n}")
    await page.get_by_role("navigation").get_by_role("button", name="general").click()
    messages = page.locator("#messages .message")
    await expect(messages.last).to_contain_text("message 1999")
    await expect(messages.last).to_be_in_viewport()
    assert await messages.count() < 200, "only the newest are drawn at first"
    await page.locator("#messages").hover()
    await page.mouse.wheel(0, -100_000)
    await expect(page.locator("#messages")).to_contain_text("message 1900")


async def test_the_page_comes_back_with_the_simulator(browser: Browser, tmp_path: Path) -> None:
    state = tmp_path / "slack.db"
    async with SlackSimulator(seed.demo(), state=state) as first:
        first.people.post(BOB, APPROVALS, "before")
        page = await browser.new_page()
        await page.goto(first.url)
        await expect(page.get_by_role("log", name="Messages")).to_contain_text("before")
        port = int(first.url.rpartition(":")[2])
    await expect(page.get_by_role("alert")).to_contain_text("The simulator is not running")
    async with SlackSimulator(seed.demo(), state=state, port=port) as second:
        second.people.post(BOB, APPROVALS, "after")
        await expect(page.get_by_role("log", name="Messages")).to_contain_text("after")
        await expect(page.get_by_role("alert")).to_have_count(0)
        await page.close()


async def test_tall_messages_are_read_from_their_end_too(page: Page, web: AsyncWebClient) -> None:
    for n in range(6):
        await web.chat_postMessage(channel=APPROVALS, text=f"tall {n}", blocks=card(*BUTTONS))
    await expect(page.locator("#messages .message")).to_have_count(6)
    await page.reload()
    last = page.locator("#messages .message").last.get_by_role("button", name="Approve with a note")
    await expect(last).to_be_in_viewport()


async def test_a_menu_near_the_edge_opens_inside_the_window(page: Page, web: AsyncWebClient) -> None:
    options = [{"text": plain(f"Choice {n}"), "value": str(n)} for n in range(5)]
    menu = {
        "type": "static_select",
        "action_id": "pick",
        "options": options,
        "placeholder": plain("Pick one"),
    }
    blocks = [*card(), {"type": "actions", "elements": [menu]}]
    for _ in range(3):
        await web.chat_postMessage(channel=APPROVALS, text="above", blocks=card())
    await web.chat_postMessage(channel=APPROVALS, text="pick", blocks=blocks)
    await page.get_by_role("combobox", name="Pick one").click()
    for name in ("Choice 0", "Choice 4"):
        await expect(page.get_by_role("option", name=name)).to_be_in_viewport(ratio=1)
