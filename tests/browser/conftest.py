"""A browser, a workspace and a connected app; any error on the page fails the test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.manifest import install_app
from localdev.slack.server import SlackSimulator
from tests.browser.app import BUTTONS, card, demo_app
from tests.simulator.support import APPROVALS, connected, web_client

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

MANIFEST = Path(__file__).parent.parent / "simulator" / "manifest.yml"
# As root in a container there is no sandbox; the rest keeps Chromium from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
async def browser() -> AsyncIterator["Browser"]:
    """Debian's Chromium, driven by Playwright."""
    api = pytest.importorskip(
        "playwright.async_api", reason="no Playwright: pip install -r requirements-dev.txt"
    )
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium: apt-get install chromium")
    async with api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A workspace whose app has all there is; acks are waited for one second instead of three."""
    async with SlackSimulator(install_app(seed.demo(), MANIFEST), ack_seconds=1) as simulator:
        yield simulator


@pytest.fixture
async def people(slack: SlackSimulator) -> AsyncIterator[WorkspaceClient]:
    async with WorkspaceClient(slack.url) as client:
        yield client


@pytest.fixture
def web(slack: SlackSimulator) -> AsyncWebClient:
    return web_client(slack.api_url)


@pytest.fixture
async def app(slack: SlackSimulator, people: WorkspaceClient) -> AsyncIterator[None]:
    """The demo app is connected."""
    async with connected(demo_app(slack), people):
        yield


@pytest.fixture
async def card_ts(web: AsyncWebClient) -> str:
    """A card with its buttons is in the approvals channel."""
    answer = await web.chat_postMessage(channel=APPROVALS, text="Order 1042", blocks=card(*BUTTONS))
    return str(answer["ts"])


@pytest.fixture
async def page(browser: "Browser", slack: SlackSimulator) -> AsyncIterator["Page"]:
    """The page as alice sees it, in the approvals channel."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(10_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    await page.goto(f"{slack.url}/#U0ALICE01/{APPROVALS}")
    await page.get_by_role("heading", name="#approvals").wait_for()
    yield page
    await page.close()
    # The browser itself logs a lost server and a refused request; the page says both to the person.
    assert [line for line in wrong if not line.startswith("Failed to load resource")] == []
