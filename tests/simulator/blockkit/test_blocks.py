"""Block Kit at each limit is accepted; one over the limit is refused with a pointer to the place."""

from collections.abc import Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.blockkit.validation import problems_of
from tests.simulator.blockkit.block_samples import mrkdwn, plain
from tests.simulator.support import APPROVALS, Json, card, refused


def section(**fields: object) -> Json:
    return {"type": "section", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**fields: object) -> Json:
    return {"type": "button", "action_id": "a", "text": plain("Go"), **fields}


def confirm(**fields: object) -> Json:
    texts = {"title": plain("t"), "text": mrkdwn("x"), "confirm": plain("y"), "deny": plain("n")}
    return button(confirm={**texts, **fields})


def options(n: int) -> list[Json]:
    return [{"text": plain("o"), "value": str(i)} for i in range(n)]


LIMITS: dict[str, tuple[int, Callable[[int], list[Json]]]] = {
    "blocks": (50, lambda n: [{"type": "divider"}] * n),
    "section text": (3000, lambda n: [section(text=mrkdwn("x" * n))]),
    "section fields": (10, lambda n: [section(fields=[mrkdwn("x")] * n)]),
    "field text": (2000, lambda n: [section(fields=[mrkdwn("x" * n)])]),
    "header text": (150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    "block_id": (255, lambda n: [{"type": "divider", "block_id": "x" * n}]),
    "action_id": (255, lambda n: [actions(button(action_id="x" * n))]),
    "buttons": (25, lambda n: [actions(*(button(action_id=f"a{i}") for i in range(n)))]),
    "button text": (75, lambda n: [actions(button(text=plain("x" * n)))]),
    "button value": (2000, lambda n: [actions(button(value="x" * n))]),
    "button label": (75, lambda n: [actions(button(accessibility_label="x" * n))]),
    "button url": (3000, lambda n: [actions(button(url="https://x.example/".ljust(n, "x")))]),
    "confirm title": (100, lambda n: [actions(confirm(title=plain("x" * n)))]),
    "confirm text": (300, lambda n: [actions(confirm(text=mrkdwn("x" * n)))]),
    "confirm yes": (30, lambda n: [actions(confirm(confirm=plain("x" * n)))]),
    "confirm no": (30, lambda n: [actions(confirm(deny=plain("x" * n)))]),
    "context": (10, lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}]),
    "overflow": (
        5,
        lambda n: [section(text=plain("x"), accessory={"type": "overflow", "options": options(n)})],
    ),
    "select": (100, lambda n: [actions({"type": "static_select", "options": options(n)})]),
    "radio": (10, lambda n: [actions({"type": "radio_buttons", "options": options(n)})]),
}


@pytest.mark.parametrize("what", LIMITS)
def test_each_limit_holds_exactly(what: str) -> None:
    most, build = LIMITS[what]
    assert problems_of(build(most)) == []
    (problem,) = problems_of(build(most + 1))
    assert f"must be less than {most + 1} characters" in problem or f"no more than {most} items" in problem


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "sektion"}, "unsupported type: sektion [json-pointer:/blocks/0/type]"),
        ({}, "missing required field: type [json-pointer:/blocks/0]"),
        ("text", "must be an object [json-pointer:/blocks/0]"),
        (section(), "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (
            section(text={**mrkdwn("x"), "emoji": True}),
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ),
        (
            {"type": "header", "text": mrkdwn("x")},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (actions(button(style="green")), "value must be one of [primary, danger]"),
        (actions(button(), button()), '`action_id` value "a" already exists'),
        (actions(button(url="javascript:alert(1)")), "invalid url [json-pointer:/blocks/0/elements/0/url]"),
    ],
)
def test_what_is_wrong_is_named_and_pointed_at(block: Json, problem: str) -> None:
    (found,) = problems_of([block])
    assert found.startswith("[ERROR] ")
    assert problem in found


def test_block_ids_are_unique() -> None:
    (found,) = problems_of([{"type": "divider", "block_id": "b"}] * 2)
    assert "/blocks/1/block_id" in found


async def test_the_api_answers_invalid_blocks_with_the_reasons(web: AsyncWebClient) -> None:
    blocks = [*card(), section(text=mrkdwn("x" * 3001))]
    answer = await refused(web.chat_postMessage(channel=APPROVALS, text="x", blocks=blocks))
    reason = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/2/text/text]"
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [reason]
    assert answer["response_metadata"]["messages"] == [reason]
    assert (await web.conversations_history(channel=APPROVALS))["messages"] == []
