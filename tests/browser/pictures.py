"""`python -m tests.browser.pictures`: the README's pictures, taken of what `make run` has started afresh."""

import argparse
import asyncio
import shutil
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from tests.browser.conftest import FLAGS

DOCS = Path(__file__).parent.parent.parent / "docs"


async def main() -> None:
    """Approve a sample order as a newcomer would, and look at the wire meanwhile."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--url", default="http://127.0.0.1:8090", help="the workspace (default: %(default)s)"
    )
    url = options.parse_args().url
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1)
        await page.goto(url)
        await approve(page)
        await page.screenshot(path=DOCS / "workspace.png")
        await page.get_by_role("button", name="Theme").click(click_count=2, delay=50)
        await page.keyboard.press("F2")
        drawer = page.get_by_role("complementary", name="Developer drawer")
        await drawer.get_by_role("row").filter(has_text="interactive").first.click()
        await expect(drawer.locator(".json")).to_contain_text("block_actions")
        await page.screenshot(path=DOCS / "drawer.png")
        await browser.close()


async def approve(page: Page) -> None:
    """Open the confirm dialog of a card, say yes, and ask where the order stands."""
    log = page.get_by_role("log", name="Messages")
    await log.get_by_role("button", name="Approve order demo-1003").click()
    await page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    await expect(log).to_contain_text("Order demo-1003 has been shipped", timeout=30_000)
    await log.evaluate("list => { list.scrollTop = 0 }")


if __name__ == "__main__":
    asyncio.run(main())
