"""Random Block Kit within Slack's limits, and one sample of each block and element."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.simulator.support import Json

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
_IDS = st.uuids().map(str)


def plain(text: str = "words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "words") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one", text: str = "One") -> Json:
    return {"text": plain(text), "value": value}


def confirm() -> Json:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), "style": "danger"}


def rich_text() -> Json:
    piece = {"type": "text", "text": "words", "style": {"bold": True}}
    section = {"type": "rich_text_section", "elements": [piece]}
    listed = {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section]}
    return {"type": "rich_text", "elements": [section, listed]}


# One of each element with every field that it may have.
ELEMENTS: dict[str, Json] = {
    "button": {
        "text": plain(),
        "value": "v",
        "url": "https://a.example/b",
        "style": "primary",
        "confirm": confirm(),
        "accessibility_label": "label",
    },
    "workflow_button": {"text": plain(), "workflow": {"trigger": {"url": "https://a.example/b"}}},
    "overflow": {"options": [{**option(), "url": "https://a.example"}], "confirm": confirm()},
    "static_select": {"options": [option()], "initial_option": option(), "placeholder": plain()},
    "external_select": {"min_query_length": 3, "initial_option": option(), "placeholder": plain()},
    "users_select": {"initial_user": "U1", "placeholder": plain()},
    "channels_select": {"initial_channel": "C1", "placeholder": plain(), "response_url_enabled": True},
    "conversations_select": {
        "initial_conversation": "C1",
        "default_to_current_conversation": True,
        "filter": {"include": ["im", "public"], "exclude_bot_users": True},
    },
    "multi_static_select": {"options": [option()], "initial_options": [option()], "max_selected_items": 2},
    "multi_external_select": {"min_query_length": 0, "initial_options": [option()]},
    "multi_users_select": {"initial_users": ["U1"]},
    "multi_channels_select": {"initial_channels": ["C1"]},
    "multi_conversations_select": {"initial_conversations": ["C1"]},
    "datepicker": {"initial_date": "2026-01-31", "placeholder": plain(), "focus_on_load": True},
    "timepicker": {"initial_time": "23:59", "timezone": "Europe/London"},
    "datetimepicker": {"initial_date_time": 1_700_000_000},
    "checkboxes": {"options": [{"text": mrkdwn(), "value": "a", "description": mrkdwn()}]},
    "radio_buttons": {"options": [option()], "initial_option": option()},
    "plain_text_input": {
        "initial_value": "x",
        "multiline": True,
        "min_length": 1,
        "max_length": 3000,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
    "email_text_input": {"initial_value": "a@b.example"},
    "url_text_input": {"initial_value": "https://a.example"},
    "number_input": {"is_decimal_allowed": True, "min_value": "-1.5", "max_value": "2", "initial_value": "1"},
    "rich_text_input": {"initial_value": rich_text()},
    "file_input": {"filetypes": ["pdf"], "max_files": 10},
}
_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}
_LATE = {"datetimepicker", "rich_text_input"}  # not beside a section
_PRESSED = {"button", "workflow_button", "overflow"}
IN_ACTIONS = sorted(ELEMENTS.keys() - _TYPED)
IN_SECTION = sorted(ELEMENTS.keys() - _TYPED - _LATE)
IN_INPUT = sorted(ELEMENTS.keys() - _PRESSED - {"file_input"})


def element(kind: str, **more: object) -> Json:
    """Return an element with every field that it can have."""
    return {"type": kind, **ELEMENTS[kind], **more}


def input_block(kind: str = "plain_text_input", **more: object) -> Json:
    return {"type": "input", "label": plain(), "element": element(kind), **more}


_texts: SearchStrategy[Json] = st.builds(plain, WORDS) | st.builds(mrkdwn, WORDS)


def _with_id(block: SearchStrategy[Json]) -> SearchStrategy[Json]:
    """Give some of the blocks a `block_id`."""
    return st.builds(
        lambda one, name: {**one, **({"block_id": name} if name else {})}, block, st.none() | _IDS
    )


def _named(kinds: list[str]) -> SearchStrategy[Json]:
    """Return an element of these kinds with a unique action id and without `focus_on_load`."""
    return st.builds(
        lambda kind, name: {**element(kind), "action_id": name, "type": kind}, st.sampled_from(kinds), _IDS
    ).map(lambda one: {name: value for name, value in one.items() if name != "focus_on_load"})


def blocks(*, inputs: list[str], message: bool) -> SearchStrategy[list[Json]]:
    """Return any mix of blocks that a surface takes."""
    kinds: list[SearchStrategy[Json]] = [
        st.just({"type": "divider"}),
        st.builds(lambda text: {"type": "header", "text": plain(text)}, WORDS),
        st.builds(lambda text: {"type": "section", "text": text}, _texts),
        st.builds(
            lambda fields, beside: {"type": "section", "fields": fields, "accessory": beside},
            st.lists(_texts, min_size=1, max_size=10),
            _named(IN_SECTION),
        ),
        st.builds(
            lambda texts: {"type": "context", "elements": texts}, st.lists(_texts, min_size=1, max_size=10)
        ),
        st.builds(
            lambda elements: {"type": "actions", "elements": elements},
            st.lists(_named(IN_ACTIONS), min_size=1, max_size=25),
        ),
        st.builds(
            lambda alt: {"type": "image", "alt_text": alt, "image_url": "https://a.example/b.png"}, WORDS
        ),
        st.builds(
            lambda label, one: {"type": "input", "label": plain(label), "element": one}, WORDS, _named(inputs)
        ),
        st.just(rich_text()),
    ]
    if message:
        kinds.append(st.builds(lambda text: {"type": "markdown", "text": text}, WORDS))
    return st.lists(_with_id(st.one_of(kinds)), min_size=1, max_size=50 if message else 100)
