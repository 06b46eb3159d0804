"""Text from outside never becomes markup in the page."""

import random

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.app import plain
from tests.simulator.support import APPROVALS, Json

pytest.importorskip("playwright.async_api", reason="no Playwright: pip install -r requirements-dev.txt")
from playwright.async_api import Page, expect

NASTY = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '<https://a.example/"onmouseover="window.hit=1|x>',
    "<javascript:window.hit=1|click>",
    "<data:text/html,<script>window.hit=1</script>|x>",
    "*_~`<b>`~_*",
    "```</code><script>window.hit=1</script>```",
    "<!date^1^{date}^javascript:window.hit=1|x>",
    "<@U1|<img src=x onerror=window.hit=1>>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\u202e<svg onload=window.hit=1>\u0000",
    "'\"><iframe srcdoc='<script>parent.hit=1</script>'>",
)


FRAGMENTS = (
    *(
        "<",
        ">",
        "&",
        '"',
        "'",
        "`",
        "*",
        "_",
        "~",
        "|",
        "\n",
        " ",
        "/",
        "=",
        ":",
        "@",
        "#",
        "!",
        "^",
        "[",
        "](",
        ")",
    ),
    *(
        "script",
        "img src=x",
        " onerror=window.hit=1 ",
        "javascript:",
        "data:text/html,",
        "https://a.example/",
    ),
    *(
        "&lt;",
        "&gt;",
        "&amp;",
        "&#60;",
        "<!date^1^{ago}^",
        "<@U1|",
        "<#C1|",
        "```",
        "\u202e",
        "\u0000",
        "style=x",
    ),
)


async def test_hostile_text_never_becomes_markup(page: Page, web: AsyncWebClient) -> None:
    pieces = random.Random(1)  # noqa: S311 - the same texts every time
    mixed = ["".join(pieces.choices(FRAGMENTS, k=8)) for _ in range(30)]
    texts = [*NASTY, *mixed]
    for text in texts:
        short = plain(text[:75])
        blocks: list[Json] = [
            {"type": "header", "text": plain(text)},
            {"type": "section", "text": {"type": "mrkdwn", "text": text}, "fields": [plain(text)]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]},
            {"type": "image", "alt_text": text, "image_url": "https://a.example/x.png", "title": plain(text)},
            {"type": "markdown", "text": f"# {text}\n[{text}](javascript:window.hit=1)"},
            {
                "type": "actions",
                "elements": [{"type": "button", "text": short, "accessibility_label": text[:75]}],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": text},
                            {"type": "link", "url": "javascript:window.hit=1", "text": text},
                        ],
                    }
                ],
            },
        ]
        await web.chat_postMessage(channel=APPROVALS, text=text, blocks=blocks)
        await web.chat_postMessage(channel=APPROVALS, text=text)
    await expect(page.locator("#messages .message")).to_have_count(2 * len(texts))
    seen = await page.evaluate(
        """() => ({
          hit: window.hit ?? null,
          tags: document.querySelectorAll("#messages :is(script, iframe, img, b)").length,
          handlers: [...document.querySelectorAll("#messages *")].filter((node) =>
            [...node.attributes].some((one) => one.name.startsWith("on"))).length,
          addresses: [...document.querySelectorAll("#messages a")].map((link) => link.protocol),
        })"""
    )
    assert (seen["hit"], seen["tags"], seen["handlers"]) == (None, 0, 0)
    assert set(seen["addresses"]) <= {"https:", "http:", "mailto:"}
