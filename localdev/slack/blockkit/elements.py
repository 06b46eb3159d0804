"""Defines the interactive elements, and which block takes which."""

from localdev.slack.blockkit import objects as o
from localdev.slack.blockkit.rich_text import RICH_TEXT
from localdev.slack.blockkit.schema import (
    Check,
    all_of,
    array,
    boolean,
    exactly_one,
    integer,
    matching,
    one_of,
    ordered,
    record,
    string,
    tagged,
    url,
    within_options,
)

_ACTS: dict[str, Check] = {"action_id": o.ID, "confirm": o.CONFIRM, "focus_on_load": boolean}
_MENU: dict[str, Check] = {**_ACTS, "placeholder": o.PLACEHOLDER}
_OPTIONS: dict[str, Check] = {
    "options": array(o.MENU_OPTION, 100),
    "option_groups": array(o.MENU_GROUP, 100),
}
_MOST: dict[str, Check] = {"max_selected_items": integer(1, 100)}
_FILTERED: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": o.FILTER}
_ANSWERED: dict[str, Check] = {"response_url_enabled": boolean}
_ids = array(string(255), 100)
_one_list = exactly_one("options", "option_groups")

_SELECTS: dict[str, Check] = {
    "static_select": all_of(
        record({}, {**_MENU, **_OPTIONS, "initial_option": o.MENU_OPTION}), _one_list, within_options
    ),
    "external_select": record(
        {}, {**_MENU, "initial_option": o.MENU_OPTION, "min_query_length": integer(0, 255)}
    ),
    "users_select": record({}, {**_MENU, "initial_user": string(255)}),
    "channels_select": record({}, {**_MENU, **_ANSWERED, "initial_channel": string(255)}),
    "conversations_select": record(
        {}, {**_MENU, **_ANSWERED, **_FILTERED, "initial_conversation": string(255)}
    ),
}
_MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": all_of(
        record({}, {**_MENU, **_MOST, **_OPTIONS, "initial_options": array(o.MENU_OPTION, 100)}),
        _one_list,
        within_options,
    ),
    "multi_external_select": record(
        {},
        {
            **_MENU,
            **_MOST,
            "initial_options": array(o.MENU_OPTION, 100),
            "min_query_length": integer(0, 255),
        },
    ),
    "multi_users_select": record({}, {**_MENU, **_MOST, "initial_users": _ids}),
    "multi_channels_select": record({}, {**_MENU, **_MOST, "initial_channels": _ids}),
    "multi_conversations_select": record({}, {**_MENU, **_MOST, **_FILTERED, "initial_conversations": _ids}),
}
_PICKERS: dict[str, Check] = {
    "datepicker": record(
        {}, {**_MENU, "initial_date": matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")}
    ),
    "timepicker": record(
        {}, {**_MENU, "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d"), "timezone": string(255)}
    ),
    "checkboxes": all_of(
        record({"options": array(o.CHOICE, 10)}, {**_ACTS, "initial_options": array(o.CHOICE, 10)}),
        within_options,
    ),
    "radio_buttons": all_of(
        record({"options": array(o.CHOICE, 10)}, {**_ACTS, "initial_option": o.CHOICE}), within_options
    ),
}
_DATETIME = record({}, {**_ACTS, "initial_date_time": integer(1_000_000_000, 9_999_999_999)})  # ten digits
_LABELLED: dict[str, Check] = {"action_id": o.ID, "style": o.STYLE, "accessibility_label": string(75)}
_BUTTONS: dict[str, Check] = {
    "button": record(
        {"text": o.plain_text(75)},
        {
            **_LABELLED,
            "url": url(3000, "http://", "https://", "mailto:"),
            "value": string(2000),
            "confirm": o.CONFIRM,
        },
    ),
    "workflow_button": record({"text": o.plain_text(75), "workflow": o.WORKFLOW}, _LABELLED),
    "overflow": record({"options": array(o.OVERFLOW_OPTION, 5)}, {"action_id": o.ID, "confirm": o.CONFIRM}),
}
_TYPED: dict[str, Check] = {
    "action_id": o.ID,
    "placeholder": o.PLACEHOLDER,
    "focus_on_load": boolean,
    "dispatch_action_config": o.DISPATCH,
}
_RICH_TEXT_INPUT = record({}, {**_TYPED, "initial_value": tagged({"rich_text": RICH_TEXT})})
_text_value = string(3000, 0)
_number = matching(r"-?\d{1,18}(\.\d{1,18})?")

SECTION = {**_BUTTONS, **_SELECTS, **_MULTI_SELECTS, **_PICKERS, "image": o.IMAGE}
ACTIONS = {
    **_BUTTONS,
    **_SELECTS,
    **_MULTI_SELECTS,
    **_PICKERS,
    "datetimepicker": _DATETIME,
    "rich_text_input": _RICH_TEXT_INPUT,
}
INPUT: dict[str, Check] = {
    **_SELECTS,
    **_MULTI_SELECTS,
    **_PICKERS,
    "datetimepicker": _DATETIME,
    "rich_text_input": _RICH_TEXT_INPUT,
    "plain_text_input": all_of(
        record(
            {},
            {
                **_TYPED,
                "initial_value": _text_value,
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        ordered("min_length", "max_length"),
    ),
    "email_text_input": record({}, {**_TYPED, "initial_value": _text_value}),
    "url_text_input": record({}, {**_TYPED, "initial_value": _text_value}),
    "number_input": all_of(
        record(
            {"is_decimal_allowed": boolean},
            {**_TYPED, "initial_value": _number, "min_value": _number, "max_value": _number},
        ),
        ordered("min_value", "max_value"),
    ),
}
# Only modals take file inputs.
MODAL_INPUT: dict[str, Check] = {
    **INPUT,
    "file_input": record(
        {}, {"action_id": o.ID, "filetypes": array(string(20), 100), "max_files": integer(1, 10)}
    ),
}
_FEEDBACK = record({"text": o.plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})
CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": record(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": o.ID}
    ),
    "icon_button": record(
        {"icon": one_of("trash"), "text": o.plain_text(75)},
        {
            "action_id": o.ID,
            "value": string(2000),
            "confirm": o.CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": _ids,
        },
    ),
}
