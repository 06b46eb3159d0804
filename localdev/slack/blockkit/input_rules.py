"""Checks the inputs of a modal as Slack's clients do before they submit it."""

import re

from localdev.slack.json_values import Json

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def input_problems(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return the error messages by block id; empty if the modal can be submitted."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        if problem := _problem(element, state, optional=bool(block.get("optional"))):
            found[block["block_id"]] = problem
    return found


def _problem(element: Json, state: Json, *, optional: bool) -> str | None:
    filled = [value for name, value in state.items() if name != "type" and value not in (None, "", [])]
    if not filled:
        return None if optional else "Please complete this required field."
    value = filled[0]
    if isinstance(value, list):
        return _count(element, len(value))
    match element["type"]:
        case "plain_text_input":
            return _length(element, len(value))
        case "number_input":
            return _number(element, value)
        case "email_text_input" if not _EMAIL.fullmatch(value):
            return "Enter an email address in the form name@example.com."
        case "url_text_input" if not _URL.fullmatch(value):
            return "Enter a web address that begins with http:// or https://."
        case _:
            return None


def _length(element: Json, length: int) -> str | None:
    if length < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if length > element.get("max_length", 3000):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    return None


def _number(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "Enter a number."
    if "." in value and not element["is_decimal_allowed"]:
        return "Enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None


def _count(element: Json, count: int) -> str | None:
    most = element.get("max_selected_items", element.get("max_files"))
    return f"Choose at most {most}." if most is not None and count > most else None
