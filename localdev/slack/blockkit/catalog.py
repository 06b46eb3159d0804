"""Block Kit as tables: what each object, element and block may hold, and how much of it.

The numbers are those of Slack's reference for Block Kit.
"""

from localdev.slack.blockkit.schema import (
    Check,
    anything,
    array,
    boolean,
    both,
    complain,
    integer,
    one_of,
    record,
    string,
    tagged,
    url,
)

_id = string(255)
_style = one_of("primary", "danger")


def _text(longest: int, *, plain_only: bool = False) -> Check:
    plain = record({"text": string(longest)}, {"emoji": boolean})
    if plain_only:
        return tagged({"plain_text": plain})
    return tagged({"plain_text": plain, "mrkdwn": record({"text": string(longest)}, {"verbatim": boolean})})


def plain_text(longest: int) -> Check:
    """A text object without markup."""
    return _text(longest, plain_only=True)


_confirm = record(
    {
        "title": _text(100, plain_only=True),
        "text": _text(300),
        "confirm": _text(30, plain_only=True),
        "deny": _text(30, plain_only=True),
    },
    {"style": _style},
)


def _option(text: Check, longest_value: int = 150) -> Check:
    return record(
        {"text": text, "value": string(longest_value)},
        {"description": _text(75, plain_only=True), "url": url()},
    )


_menu_option = _option(_text(75, plain_only=True))
_choice = _option(_text(75))
_menu_group = record({"label": _text(75, plain_only=True), "options": array(_menu_option, 100)})
_placeholder = _text(150, plain_only=True)
_menu = {
    "action_id": _id,
    "placeholder": _placeholder,
    "confirm": _confirm,
    "focus_on_load": boolean,
}
_dispatch = record({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})


def _options_or_groups(value: object, pointer: str, problems: list[str]) -> None:
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        complain(problems, pointer, "must define either `options` or `option_groups`")


def _text_or_fields(value: object, pointer: str, problems: list[str]) -> None:
    if isinstance(value, dict) and "text" not in value and "fields" not in value:
        complain(problems, pointer, "must define either `text` or `fields`")


_typed_text = {
    "action_id": _id,
    "placeholder": _placeholder,
    "initial_value": string(3000, 0),
    "focus_on_load": boolean,
    "dispatch_action_config": _dispatch,
}
_image = record({"alt_text": string(2000)}, {"image_url": url(), "slack_file": anything})

BUTTON = record(
    {"text": _text(75, plain_only=True)},
    {
        "action_id": _id,
        "url": url(),
        "value": string(2000),
        "style": _style,
        "confirm": _confirm,
        "accessibility_label": string(75),
    },
)
INTERACTIVE: dict[str, Check] = {
    "button": BUTTON,
    "overflow": record({"options": array(_menu_option, 5)}, {"action_id": _id, "confirm": _confirm}),
    "static_select": both(
        record(
            {},
            {
                **_menu,
                "options": array(_menu_option, 100),
                "option_groups": array(_menu_group, 100),
                "initial_option": _menu_option,
            },
        ),
        _options_or_groups,
    ),
    "users_select": record({}, {**_menu, "initial_user": string(255)}),
    "channels_select": record({}, {**_menu, "initial_channel": string(255), "response_url_enabled": boolean}),
    "conversations_select": record(
        {},
        {
            **_menu,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": anything,
        },
    ),
    "datepicker": record({}, {**_menu, "initial_date": string(10, 10)}),
    "timepicker": record({}, {**_menu, "initial_time": string(5, 5), "timezone": string(255)}),
    "checkboxes": record(
        {"options": array(_choice, 10)},
        {
            "action_id": _id,
            "initial_options": array(_choice, 10),
            "confirm": _confirm,
            "focus_on_load": boolean,
        },
    ),
    "radio_buttons": record(
        {"options": array(_choice, 10)},
        {"action_id": _id, "initial_option": _choice, "confirm": _confirm, "focus_on_load": boolean},
    ),
}
_MULTI = both(
    record(
        {},
        {
            **_menu,
            "options": array(_menu_option, 100),
            "option_groups": array(_menu_group, 100),
            "initial_options": array(_menu_option, 100),
            "max_selected_items": integer(1, 100),
        },
    ),
    _options_or_groups,
)
_plain_text_input = record(
    {},
    {
        **_typed_text,
        "multiline": boolean,
        "min_length": integer(0, 3000),
        "max_length": integer(1, 3000),
    },
)
INPUTS: dict[str, Check] = {
    **{kind: check for kind, check in INTERACTIVE.items() if kind not in {"button", "overflow"}},
    "multi_static_select": _MULTI,
    "plain_text_input": _plain_text_input,
    "email_text_input": record({}, _typed_text),
    "url_text_input": record({}, _typed_text),
    "number_input": record(
        {"is_decimal_allowed": boolean}, {**_typed_text, "min_value": string(20), "max_value": string(20)}
    ),
}

BLOCKS: dict[str, Check] = {
    "section": both(
        record(
            {},
            {
                "block_id": _id,
                "text": _text(3000),
                "fields": array(_text(2000), 10),
                "accessory": tagged({**INTERACTIVE, "multi_static_select": _MULTI, "image": _image}),
                "expand": boolean,
            },
        ),
        _text_or_fields,
    ),
    "header": record({"text": _text(150, plain_only=True)}, {"block_id": _id, "level": integer(1, 4)}),
    "divider": record({}, {"block_id": _id}),
    "context": record(
        {
            "elements": array(
                tagged(
                    {
                        "image": _image,
                        "plain_text": record({"text": string(3000)}, {"emoji": boolean}),
                        "mrkdwn": record({"text": string(3000)}, {"verbatim": boolean}),
                    }
                ),
                10,
            )
        },
        {"block_id": _id},
    ),
    "actions": record({"elements": array(tagged(INTERACTIVE), 25)}, {"block_id": _id}),
    "image": record(
        {"alt_text": string(2000)},
        {
            "block_id": _id,
            "image_url": url(),
            "slack_file": anything,
            "title": _text(2000, plain_only=True),
        },
    ),
    "input": record(
        {"label": _text(2000, plain_only=True), "element": tagged(INPUTS)},
        {
            "block_id": _id,
            "hint": _text(2000, plain_only=True),
            "optional": boolean,
            "dispatch_action": boolean,
        },
    ),
    "rich_text": record({"elements": array(anything, 1000, 0)}, {"block_id": _id}),
    "markdown": record({"text": string(12000)}, {"block_id": _id}),
}
