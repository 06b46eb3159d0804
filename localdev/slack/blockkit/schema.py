"""Functions to define which JSON is valid. Error messages and JSON pointers are in Slack's form."""

import re
from collections.abc import Callable, Mapping

# Checks the value at a JSON pointer, and appends error messages to the list.
Check = Callable[[object, str, list[str]], None]


def complain(problems: list[str], pointer: str, what: str) -> None:
    """Append an error message in Slack's form."""
    problems.append(f"[ERROR] {what} [json-pointer:{pointer}]")


def string(longest: int, shortest: int = 1) -> Check:
    """Check for a string of `shortest` to `longest` characters."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            complain(problems, pointer, "must be a string")
        elif len(value) > longest:
            complain(problems, pointer, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            complain(problems, pointer, f"must be more than {shortest - 1} characters")

    return check


def boolean(value: object, pointer: str, problems: list[str]) -> None:
    """Check for a JSON boolean."""
    if not isinstance(value, bool):
        complain(problems, pointer, "must be a boolean")


def integer(least: int, most: int) -> Check:
    """Check for an integer from `least` to `most`."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            complain(problems, pointer, f"must be an integer from {least} to {most}")

    return check


def one_of(*allowed: str) -> Check:
    """Check for one of these values."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if value not in allowed:
            complain(problems, pointer, f"value must be one of [{', '.join(allowed)}]")

    return check


def url(longest: int = 3000, *begins: str) -> Check:
    """Check for a URL with one of these prefixes; by default `http://` or `https://`."""
    text = string(longest)

    def check(value: object, pointer: str, problems: list[str]) -> None:
        before = len(problems)
        text(value, pointer, problems)
        if len(problems) == before and not str(value).startswith(begins or ("http://", "https://")):
            complain(problems, pointer, "invalid url")

    return check


def array(item: Check, most: int, least: int = 1) -> Check:
    """Check for a list of `least` to `most` items."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            complain(problems, pointer, "must be an array")
            return
        if len(value) > most:
            complain(problems, pointer, f"no more than {most} items allowed")
        if len(value) < least:
            complain(problems, pointer, f"no fewer than {least} items allowed")
        for index, one in enumerate(value[: most + 1]):
            item(one, f"{pointer}/{index}", problems)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Check for an object with these fields and, except for `type`, no others."""
    known = {**required, **(optional or {})}

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            complain(problems, pointer, "must be an object")
            return
        for name in required:
            if name not in value:
                complain(problems, pointer, f"missing required field: {name}")
        for name, one in value.items():
            if name in known:
                known[name](one, f"{pointer}/{name}", problems)
            elif name != "type":
                complain(problems, pointer, f"invalid additional property: {name}")

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """Check for an object that matches the entry of `kinds` for its `type`."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            complain(problems, pointer, "must be an object")
            return
        kind = value.get("type")
        if kind is None:
            complain(problems, pointer, "missing required field: type")
        elif not isinstance(kind, str) or kind not in kinds:
            complain(problems, f"{pointer}/type", f"unsupported type: {kind}")
        else:
            kinds[kind](value, pointer, problems)

    return check


def all_of(*checks: Check) -> Check:
    """Combine checks: all of them must pass."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        for one in checks:
            one(value, pointer, problems)

    return check


def anything(value: object, pointer: str, problems: list[str]) -> None:
    """Accept any value."""


def matching(pattern: str, longest: int = 255) -> Check:
    """Check for a string that matches a regular expression."""
    text = string(longest)
    form = re.compile(pattern)

    def check(value: object, pointer: str, problems: list[str]) -> None:
        before = len(problems)
        text(value, pointer, problems)
        if len(problems) == before and not form.fullmatch(str(value)):
            complain(problems, pointer, "invalid format")

    return check


def exactly_one(*names: str) -> Check:
    """Check that exactly one of these fields is there."""
    listed = " or ".join(f"`{name}`" for name in names)

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            complain(problems, pointer, f"must define either {listed}")

    return check


def at_least_one(*names: str) -> Check:
    """Check that at least one of these fields is there."""
    listed = " or ".join(f"`{name}`" for name in names)

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            complain(problems, pointer, f"must define either {listed}")

    return check


def ordered(low: str, high: str) -> Check:
    """Check that the number in field `low` is not above the one in `high`, if both are there."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, dict) or low not in value or high not in value:
            return
        try:
            wrong = float(value[low]) > float(value[high])
        except (TypeError, ValueError):
            return  # the check of the field itself has reported it
        if wrong:
            complain(problems, f"{pointer}/{low}", f"must be no more than `{high}`")

    return check


def within_options(value: object, pointer: str, problems: list[str]) -> None:
    """Check that the initial options are among the options."""
    if not isinstance(value, dict) or not {"initial_option", "initial_options"} & value.keys():
        return
    groups = value.get("option_groups") or []
    lists = [value.get("options") or [], *(g.get("options", []) for g in groups if isinstance(g, dict))]
    known = {one.get("value") for options in lists for one in options if isinstance(one, dict)}
    if isinstance(value.get("initial_option"), dict) and value["initial_option"].get("value") not in known:
        complain(problems, f"{pointer}/initial_option", "must be one of the options")
    for index, one in enumerate(value.get("initial_options") or []):
        if isinstance(one, dict) and one.get("value") not in known:
            complain(problems, f"{pointer}/initial_options/{index}", "must be one of the options")
