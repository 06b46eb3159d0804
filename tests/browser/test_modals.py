"""Modals, the Home tab and the developer drawer, as a person uses them."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.browser.app import modal, plain, text_input
from tests.simulator.blockkit.block_samples import IN_INPUT, element
from tests.simulator.support import ALICE, Json

pytest.importorskip("playwright.async_api", reason="no Playwright: pip install -r requirements-dev.txt")
from playwright.async_api import Page, expect


@pytest.mark.usefixtures("app", "card_ts")
async def test_a_modal_minds_its_fields(page: Page) -> None:
    await page.get_by_role("button", name="Approve with a note").click()
    dialog = page.get_by_role("dialog", name="Approve order 1042")
    field = dialog.get_by_role("textbox", name="Why?")
    await expect(field).to_be_focused()
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please complete this required field.")
    await expect(field).to_be_focused()
    await field.fill("no")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_have_text("Say more than no.")
    await field.fill("fair price")
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await dialog.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.usefixtures("app", "card_ts")
async def test_views_lie_on_each_other_and_outlive_a_reload(page: Page) -> None:
    await page.get_by_role("button", name="Approve with a note").click()
    await page.get_by_role("textbox", name="Why?").fill("sure?")
    await page.keyboard.press("Enter")
    second = page.get_by_role("dialog", name="Really?")
    await expect(second).to_be_visible()
    await page.reload()
    await expect(second).to_be_visible()
    await second.get_by_role("button", name="Back").click()
    first = page.get_by_role("dialog", name="Approve order 1042")
    await expect(first).to_be_visible()
    await first.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_an_update_keeps_what_was_typed(page: Page, slack: SlackSimulator, web: AsyncWebClient) -> None:
    trigger = slack.workspace.triggers.new(ALICE)
    view = (await web.views_open(trigger_id=trigger, view=modal("Before")))["view"]
    field = page.get_by_role("textbox", name="Why?")
    await field.fill("half a sen")
    more = [text_input("why", "Why?"), text_input("when", "When?")]
    await web.views_update(view_id=view["id"], view=modal("After", *more))
    await expect(page.get_by_role("dialog", name="After")).to_be_visible()
    await expect(field).to_have_value("half a sen")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_have_text("Please complete this required field.")


async def test_trouble_is_said_in_the_modal(page: Page, slack: SlackSimulator, web: AsyncWebClient) -> None:
    await web.views_open(trigger_id=slack.workspace.triggers.new(ALICE), view=modal("Lonely"))
    await page.get_by_role("textbox", name="Why?").fill("because")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("trouble connecting")
    await expect(page.get_by_role("textbox", name="Why?")).to_have_value("because")


async def test_every_input_can_be_shown(page: Page, slack: SlackSimulator, web: AsyncWebClient) -> None:
    blocks = [
        {
            "type": "input",
            "block_id": kind,
            "label": plain(kind),
            "element": element(kind) | {"action_id": "a"},
        }
        for kind in IN_INPUT
    ]
    await web.views_open(trigger_id=slack.workspace.triggers.new(ALICE), view=modal("All", *blocks))
    dialog = page.get_by_role("dialog", name="All")
    for kind in IN_INPUT:
        await expect(dialog.locator(f"[data-block={kind}] [data-action^='{kind}/']").first).to_be_attached()
    await expect(dialog.locator(".unknown")).to_have_count(0)


async def test_chosen_things_reach_the_app(
    page: Page, slack: SlackSimulator, web: AsyncWebClient, people: WorkspaceClient
) -> None:
    options = [{"text": plain(name), "value": name.lower()} for name in ("Red", "Blue")]
    inputs: list[Json] = [
        {"type": "static_select", "action_id": "a", "options": options},
        {"type": "multi_users_select", "action_id": "a"},
        {"type": "checkboxes", "action_id": "a", "options": options},
        {"type": "datepicker", "action_id": "a"},
    ]
    blocks = [
        {"type": "input", "block_id": i["type"], "label": plain(i["type"]), "element": i} for i in inputs
    ]
    await web.views_open(trigger_id=slack.workspace.triggers.new(ALICE), view=modal("Choose", *blocks))
    await page.get_by_role("combobox", name="static_select", exact=True).fill("bl")
    await page.keyboard.press("Enter")
    await page.get_by_role("combobox", name="multi_users_select").click()
    await page.get_by_role("option", name="Bob Byrne").click()
    await page.get_by_role("checkbox", name="Red").check()
    await page.get_by_label("datepicker").fill("2026-12-24")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("trouble connecting")
    (view,) = (await people.views(ALICE))["modals"]
    values = view["state"]["values"]
    assert values["static_select"]["a"]["selected_option"]["value"] == "blue"
    assert values["multi_users_select"]["a"]["selected_users"] == ["U0BOB0001"]
    assert [one["value"] for one in values["checkboxes"]["a"]["selected_options"]] == ["red"]
    assert values["datepicker"]["a"]["selected_date"] == "2026-12-24"


@pytest.mark.usefixtures("app")
async def test_the_home_tab_is_published_as_one_looks(page: Page) -> None:
    await page.get_by_role("navigation").get_by_role("button", name="Countersign").click()
    home = page.get_by_role("region", name="Home")
    await expect(home.get_by_role("heading", name="1 waiting for you")).to_be_visible()
    await home.get_by_role("button", name="Look again").click()
    await expect(home.get_by_role("heading", name="3 waiting for you")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await expect(home).to_be_hidden()


@pytest.mark.usefixtures("app", "card_ts")
async def test_the_drawer_shows_the_wire_and_breaks_it(page: Page) -> None:
    await page.keyboard.press("F2")
    drawer = page.get_by_role("complementary", name="Developer drawer")
    row = drawer.get_by_role("row").filter(has_text="chat.postMessage")
    await row.click()
    await expect(drawer.locator(".json")).to_contain_text('"Order 1042 needs a yes"')
    await drawer.get_by_role("tab", name="Faults").click()
    await drawer.get_by_role("button", name="The next call is refused with 429 for 5 s").click()
    await expect(drawer.get_by_role("list", name="Faults in force")).to_contain_text("rate_limited")
    await drawer.get_by_label("Method, or type of envelope").fill("nothing.at_all")
    await drawer.get_by_role("button", name="Add").click()
    await expect(drawer.get_by_role("list", name="Faults in force")).to_contain_text("nothing.at_all")
    await page.get_by_role("button", name="Approve", exact=True).click()
    await expect(drawer.get_by_role("list", name="Faults in force")).to_contain_text("struck 1")
    await drawer.get_by_role("tab", name="App").click()
    await drawer.get_by_role("listitem").filter(has_text="Bot token").get_by_role("button").click()
    await expect(drawer).to_contain_text("Bot token: revoked")
