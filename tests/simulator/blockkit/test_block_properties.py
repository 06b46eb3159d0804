"""Random Block Kit within Slack's limits is accepted; one step over a limit is refused with a pointer.

The limits are written out here as Slack publishes them, apart from the tables that are tested.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localdev.slack.blockkit.validation import Surface, accept_blocks, problems_of
from localdev.slack.blockkit.views import accept_view
from localdev.slack.errors import SlackError
from tests.simulator.blockkit import block_samples as s
from tests.simulator.support import Json

LIGHT = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LIGHT
@given(s.blocks(inputs=s.IN_INPUT, message=True))
def test_what_is_within_the_limits_is_posted(blocks: list[Json]) -> None:
    stored = accept_blocks(blocks)
    assert len({block["block_id"] for block in stored}) == len(blocks)
    assert not problems_of(list(stored)), "what Slack stores can be posted again"


@LIGHT
@given(s.blocks(inputs=[*s.IN_INPUT, "file_input"], message=False), st.sampled_from(["modal", "home"]))
def test_what_is_within_the_limits_is_a_view(blocks: list[Json], kind: str) -> None:
    if kind == "home":
        blocks = [block for block in blocks if block.get("element", {}).get("type") != "file_input"]
        view: Json = {"type": "home", "blocks": blocks}
    else:
        view = {"type": "modal", "title": s.plain("T"), "submit": s.plain("Send"), "blocks": blocks}
    assert [one["type"] for one in accept_view(view)["blocks"]] == [one["type"] for one in blocks]


@pytest.mark.parametrize("kind", s.IN_ACTIONS)
def test_each_element_stands_in_actions(kind: str) -> None:
    assert problems_of([{"type": "actions", "elements": [s.element(kind)]}]) == []


@pytest.mark.parametrize("kind", s.IN_SECTION)
def test_each_element_stands_beside_a_section(kind: str) -> None:
    assert problems_of([{"type": "section", "text": s.plain(), "accessory": s.element(kind)}]) == []


@pytest.mark.parametrize("kind", s.IN_INPUT)
@pytest.mark.parametrize("surface", Surface)
def test_each_element_stands_in_an_input(kind: str, surface: Surface) -> None:
    assert problems_of([s.input_block(kind)], surface) == []


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "actions", "elements": [s.element("plain_text_input")]}, "/blocks/0/elements/0/type"),
        ({"type": "section", "text": s.plain(), "accessory": s.element("datetimepicker")}, "/accessory/type"),
        (s.input_block() | {"element": s.element("button")}, "/blocks/0/element/type"),
        (s.input_block() | {"element": s.element("file_input")}, "/blocks/0/element/type"),
    ],
)
def test_an_element_in_the_wrong_block_is_refused(block: Json, where: str) -> None:
    (found,) = problems_of([block])
    assert "unsupported type" in found
    assert found.endswith(f"{where}]")


@pytest.mark.parametrize("kind", ["markdown", "table", "context_actions", "file"])
@pytest.mark.parametrize("surface", [Surface.MODAL, Surface.HOME])
def test_some_blocks_are_for_messages_only(kind: str, surface: Surface) -> None:
    found = problems_of([{"type": kind}], surface)
    assert found == [f"[ERROR] unsupported type: {kind} [json-pointer:/blocks/0/type]"]


# --- one step over each limit: a function from length or count to blocks, the limit, the expected pointer

Build = Callable[[int], Json]


def _x(n: int) -> str:
    return "x" * n


def _acting(**element: object) -> Json:
    return {"type": "actions", "elements": [element]}


def _button(**more: object) -> Json:
    return _acting(**{"type": "button", "text": s.plain(), **more})


def _options(n: int) -> list[Json]:
    return [s.option(str(one)) for one in range(n)]


def _groups(n: int) -> list[Json]:
    return [{"label": s.plain(), "options": _options(1)} for _ in range(n)]


def _confirm(**more: object) -> Json:
    return _button(confirm={**s.confirm(), **more})


def _menu(kind: str = "static_select", **more: object) -> Json:
    return _acting(**{"type": kind, "options": _options(1), **more})


def _typed(**more: object) -> Json:
    return s.input_block() | {"element": {"type": "plain_text_input", **more}}


MESSAGE_LIMITS: dict[str, tuple[Build, int, str]] = {
    "section text": (lambda n: {"type": "section", "text": s.mrkdwn(_x(n))}, 3000, "/text/text"),
    "fields": (lambda n: {"type": "section", "fields": [s.plain()] * n}, 10, "/fields"),
    "field": (lambda n: {"type": "section", "fields": [s.plain(_x(n))]}, 2000, "/fields/0/text"),
    "header": (lambda n: {"type": "header", "text": s.plain(_x(n))}, 150, "/text/text"),
    "header level": (lambda n: {"type": "header", "text": s.plain(), "level": n}, 4, "/level"),
    "context": (lambda n: {"type": "context", "elements": [s.plain()] * n}, 10, "/elements"),
    "actions": (
        lambda n: {"type": "actions", "elements": [{"type": "button", "text": s.plain()}] * n},
        25,
        "/elements",
    ),
    "block_id": (lambda n: {"type": "divider", "block_id": _x(n)}, 255, "/block_id"),
    "action_id": (lambda n: _button(action_id=_x(n)), 255, "/elements/0/action_id"),
    "button text": (lambda n: _button(text=s.plain(_x(n))), 75, "/elements/0/text/text"),
    "button value": (lambda n: _button(value=_x(n)), 2000, "/elements/0/value"),
    "button url": (lambda n: _button(url="https://" + _x(n - 8)), 3000, "/elements/0/url"),
    "label": (lambda n: _button(accessibility_label=_x(n)), 75, "/elements/0/accessibility_label"),
    "confirm title": (lambda n: _confirm(title=s.plain(_x(n))), 100, "/confirm/title/text"),
    "confirm text": (lambda n: _confirm(text=s.plain(_x(n))), 300, "/confirm/text/text"),
    "confirm yes": (lambda n: _confirm(confirm=s.plain(_x(n))), 30, "/confirm/confirm/text"),
    "confirm no": (lambda n: _confirm(deny=s.plain(_x(n))), 30, "/confirm/deny/text"),
    "overflow": (lambda n: _menu("overflow", options=_options(n)), 5, "/elements/0/options"),
    "options": (lambda n: _menu(options=_options(n)), 100, "/elements/0/options"),
    "groups": (
        lambda n: _acting(type="static_select", option_groups=_groups(n)),
        100,
        "/elements/0/option_groups",
    ),
    "option text": (lambda n: _menu(options=[s.option("v", _x(n))]), 75, "/options/0/text/text"),
    "option value": (lambda n: _menu(options=[s.option(_x(n))]), 150, "/options/0/value"),
    "description": (
        lambda n: _menu(options=[s.option() | {"description": s.plain(_x(n))}]),
        75,
        "/options/0/description/text",
    ),
    "placeholder": (lambda n: _menu(placeholder=s.plain(_x(n))), 150, "/placeholder/text"),
    "radio": (lambda n: _menu("radio_buttons", options=_options(n)), 10, "/elements/0/options"),
    "checkboxes": (lambda n: _menu("checkboxes", options=_options(n)), 10, "/elements/0/options"),
    "input label": (lambda n: s.input_block(label=s.plain(_x(n))), 2000, "/label/text"),
    "input hint": (lambda n: s.input_block(hint=s.plain(_x(n))), 2000, "/hint/text"),
    "max_length": (lambda n: _typed(max_length=n), 3000, "/element/max_length"),
    "min_length": (lambda n: _typed(min_length=n), 3000, "/element/min_length"),
    "image title": (
        lambda n: {
            "type": "image",
            "alt_text": "a",
            "image_url": "https://a.example",
            "title": s.plain(_x(n)),
        },
        2000,
        "/title/text",
    ),
    "image url": (
        lambda n: {"type": "image", "alt_text": "a", "image_url": "https://" + _x(n - 8)},
        3000,
        "/image_url",
    ),
    "alt text": (
        lambda n: {"type": "image", "alt_text": _x(n), "image_url": "https://a.example"},
        2000,
        "/alt_text",
    ),
    "markdown": (lambda n: {"type": "markdown", "text": _x(n)}, 12_000, "/text"),
    "table rows": (
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n},
        100,
        "/rows",
    ),
    "table columns": (
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]},
        20,
        "/rows/0",
    ),
    "list indent": (
        lambda n: {
            "type": "rich_text",
            "elements": [{**s.rich_text()["elements"][1], "indent": n}],
        },
        8,
        "/elements/0/indent",
    ),
}


@pytest.mark.parametrize("limit", MESSAGE_LIMITS)
def test_one_step_over_a_limit_is_refused_and_pointed_at(limit: str) -> None:
    build, most, where = MESSAGE_LIMITS[limit]
    assert problems_of([build(most)]) == []
    with pytest.raises(SlackError, match="invalid_blocks") as caught:
        accept_blocks([build(most + 1)])
    messages = caught.value.details["response_metadata"]["messages"]  # type: ignore[index]
    assert len(messages) == 1
    assert messages[0].endswith(f"{where}]")


@pytest.mark.parametrize(
    ("surface", "most"), [(Surface.MESSAGE, 50), (Surface.MODAL, 100), (Surface.HOME, 100)]
)
def test_so_many_blocks_and_no_more(surface: Surface, most: int) -> None:
    assert problems_of([{"type": "divider"}] * most, surface) == []
    (found,) = problems_of([{"type": "divider"}] * (most + 1), surface)
    assert found == f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"


VIEW_LIMITS: dict[str, tuple[Callable[[int], Json], int]] = {
    "title": (lambda n: {"title": s.plain(_x(n))}, 24),
    "submit": (lambda n: {"submit": s.plain(_x(n))}, 24),
    "close": (lambda n: {"close": s.plain(_x(n))}, 24),
    "private_metadata": (lambda n: {"private_metadata": _x(n)}, 3000),
    "callback_id": (lambda n: {"callback_id": _x(n)}, 255),
    "external_id": (lambda n: {"external_id": _x(n)}, 255),
    "blocks": (lambda n: {"blocks": [{"type": "divider"}] * n}, 100),
}


@pytest.mark.parametrize("limit", VIEW_LIMITS)
def test_one_step_over_a_limit_of_views_is_refused_and_pointed_at(limit: str) -> None:
    build, most = VIEW_LIMITS[limit]
    modal: Json = {"type": "modal", "title": s.plain("T"), "blocks": [{"type": "divider"}]}
    accept_view({**modal, **build(most)})
    with pytest.raises(SlackError, match="invalid_arguments") as caught:
        accept_view({**modal, **build(most + 1)})
    assert f"/view/{limit}" in str(caught.value.details)


@pytest.mark.parametrize(
    ("blocks", "where"),
    [
        ([s.input_block("datepicker"), s.input_block("datepicker")], "/blocks/1/element/focus_on_load"),
        ([{"type": "markdown", "text": _x(7000)}] * 2, "/blocks"),
        ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "/blocks/1"),
        ([_menu(initial_option=s.option("other"))], "/blocks/0/elements/0/initial_option"),
        ([_typed(min_length=5, max_length=4)], "/blocks/0/element/min_length"),
        ([{"type": "divider", "block_id": "a"}] * 2, "/blocks/1/block_id"),
        ([_acting(type="datepicker", initial_date="2026-13-01")], "/elements/0/initial_date"),
        ([_acting(type="timepicker", initial_time="24:00")], "/elements/0/initial_time"),
        ([_acting(type="static_select")], "/blocks/0/elements/0"),
    ],
)
def test_what_contradicts_itself_is_refused(blocks: list[Json], where: str) -> None:
    found = problems_of(blocks)
    assert any(one.endswith(f"{where}]") for one in found), found


def test_a_modal_with_an_input_needs_a_submit_button() -> None:
    modal: Json = {"type": "modal", "title": s.plain("T"), "blocks": [s.input_block()]}
    with pytest.raises(SlackError) as caught:
        accept_view(modal)
    assert "submit" in str(caught.value.details)
    assert accept_view({**modal, "submit": s.plain("Send")})["close"] is None


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks", "options"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


def code_of(check: Callable[[object], object], junk: object) -> str | None:
    """Return the error code. Any other exception is a defect."""
    try:
        check(junk)
    except SlackError as refused:
        return refused.code
    return None


@LIGHT
@given(JUNK)
def test_rubbish_is_refused_and_never_an_accident(junk: object) -> None:
    assert code_of(accept_view, junk) == "invalid_arguments"
    expected = {"invalid_blocks"} if isinstance(junk, list) else {"invalid_blocks_format"}
    assert code_of(accept_blocks, junk) in (expected if junk != [] else {None})
