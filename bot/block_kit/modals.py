"""Builds modals and their input blocks."""

from bot.block_kit.text import Json, plain
from bot.ids import CallbackId, FieldId

MAX_LABEL = 24
"""Characters of a modal's title and buttons."""
MAX_TYPED = 1000
"""Characters of an input, unless it says otherwise: as many as a text of the domain has."""


def modal(callback: CallbackId, metadata: str, title: str, submit: str, blocks: list[Json]) -> Json:
    """Build a modal. Slack sends `metadata` back when the modal is submitted."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "title": plain(title, MAX_LABEL),
        "submit": plain(submit, MAX_LABEL),
        "close": plain("Not now", MAX_LABEL),
        "blocks": blocks,
    }


def text_input(
    field: FieldId,
    label: str,
    *,
    value: str | None = None,
    hint: str | None = None,
    optional: bool = False,
    longest: int = MAX_TYPED,
) -> Json:
    """Build an input for several lines of text. `value` needs no escaping: inputs are not formatted."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": field,
        "multiline": True,
        "max_length": longest,
    }
    if value:
        element["initial_value"] = value
    return _input(field, label, element, hint, optional=optional)


def radio_input(field: FieldId, label: str, options: dict[str, str]) -> Json:
    """Build radio buttons. `options` maps values to labels; none is selected at first."""
    element = {
        "type": "radio_buttons",
        "action_id": field,
        "options": [{"text": plain(text, 75), "value": value} for value, text in options.items()],
    }
    return _input(field, label, element, None, optional=False)


def _input(field: FieldId, label: str, element: Json, hint: str | None, *, optional: bool) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field,
        "label": plain(label, 200),
        "element": element,
        "optional": optional,
    }
    if hint is not None:
        block["hint"] = plain(hint, 500)
    return block
