"""Computes `state.values`: the values of elements in the form that Slack's payloads have."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from localdev.slack.json_values import Json

# A value that a person gives an element: a text, an option's value, an id or a date; a list of those;
# a rich_text object; or None.
ElementValue = str | list[str] | Json | None


# Values by block id and action id.
ElementValues = Mapping[str, Mapping[str, ElementValue]]


class UnknownValue(Exception):
    """An element cannot have that value. The message names both."""


class ExtraChoices(NamedTuple):
    """Values that elements can have in addition to their own options."""

    suggested: Mapping[str, Json] = {}  # options that the app offered for an external menu, by value
    files: Mapping[str, Json] = {}  # uploaded files by id


_TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_PICKED = {
    "users_select": "user",
    "channels_select": "channel",
    "conversations_select": "conversation",
    "datepicker": "date",
    "timepicker": "time",
}
_MULTI_PICKED = {
    "multi_users_select": "users",
    "multi_channels_select": "channels",
    "multi_conversations_select": "conversations",
}
_ONE_OPTION = {"static_select", "external_select", "radio_buttons"}
_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
STATEFUL_ELEMENTS = frozenset(
    {*_TEXTS, *_PICKED, *_MULTI_PICKED, *_ONE_OPTION, *_OPTIONS}
    | {"datetimepicker", "file_input", "rich_text_input"}
)


def elements_of(blocks: tuple[Json, ...] | list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each block and element that has an action id."""
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def options_of(element: Json) -> list[Json]:
    """Return the options of a menu, in groups or not."""
    groups = element.get("option_groups", ())
    return [*element.get("options", ()), *(option for group in groups for option in group["options"])]


def state_values(
    blocks: tuple[Json, ...] | list[Json],
    given: ElementValues | None = None,
    choices: ExtraChoices = ExtraChoices(),  # noqa: B008 - frozen
    before: Json | None = None,
) -> Json:
    """Return `state.values` of these blocks. Raises UnknownValue.

    An element has its value in `given`, or else its state in `before`, or else its initial value.
    """
    values: Json = {}
    for block, element in elements_of(blocks):
        if element["type"] not in STATEFUL_ELEMENTS:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        mine = (given or {}).get(block_id, {})
        kept = (before or {}).get(block_id, {}).get(action_id)
        if action_id in mine:
            state = state_of(element, mine[action_id], choices)
        elif kept is not None and kept["type"] == element["type"]:
            state = kept
        else:
            state = initial_state(element)
        values.setdefault(block_id, {})[action_id] = state
    return values


def initial_state(element: Json) -> Json:
    """Return the state of an element with its initial value."""
    kind = element["type"]
    if kind in _TEXTS:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in _PICKED:
        name = _PICKED[kind]
        return {"type": kind, f"selected_{name}": element.get(f"initial_{name}")}
    if kind in _MULTI_PICKED:
        name = _MULTI_PICKED[kind]
        return {"type": kind, f"selected_{name}": element.get(f"initial_{name}", [])}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": element.get("initial_date_time")}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    return {"type": kind, "files": []}


def state_of(element: Json, given: ElementValue, choices: ExtraChoices) -> Json:
    """Return the state of an element with this value. Raises UnknownValue."""
    kind = element["type"]
    if kind in _TEXTS:
        return {"type": kind, "value": _text(element, given) or None}
    if kind in _PICKED:
        return {"type": kind, f"selected_{_PICKED[kind]}": _text(element, given) or None}
    if kind in _MULTI_PICKED:
        return {"type": kind, f"selected_{_MULTI_PICKED[kind]}": _texts(element, given)}
    if kind in _ONE_OPTION:
        value = _text(element, given)
        return {"type": kind, "selected_option": _option(element, value, choices) if value else None}
    if kind in _OPTIONS:
        chosen = [_option(element, value, choices) for value in _texts(element, given)]
        return {"type": kind, "selected_options": chosen}
    if kind == "datetimepicker":
        value = _text(element, given)
        if value and not value.isdigit():
            raise UnknownValue(f"{element['action_id']} takes seconds since the epoch, not {value!r}")
        return {"type": kind, "selected_date_time": int(value) if value else None}
    if kind == "rich_text_input":
        if given is not None and not isinstance(given, dict):
            raise UnknownValue(f"{element['action_id']} takes a rich_text object")
        return {"type": kind, "rich_text_value": given}
    unknown = [one for one in _texts(element, given) if one not in choices.files]
    if unknown:
        raise UnknownValue(f"there is no uploaded file {', '.join(unknown)}")
    return {"type": kind, "files": [choices.files[one] for one in _texts(element, given)]}


def _text(element: Json, given: ElementValue) -> str | None:
    if given is not None and not isinstance(given, str):
        raise UnknownValue(f"{element['action_id']} takes one text, not {given!r}")
    return given


def _texts(element: Json, given: ElementValue) -> list[str]:
    if given is not None and not isinstance(given, list):
        raise UnknownValue(f"{element['action_id']} takes a list, not {given!r}")
    return given or []


def _option(element: Json, value: str, choices: ExtraChoices) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    if value in choices.suggested:
        return choices.suggested[value]
    raise UnknownValue(f"{element['action_id']} has no option with the value {value!r}")
