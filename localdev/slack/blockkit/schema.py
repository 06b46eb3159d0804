"""A small language to say what JSON is allowed, with refusals worded and pointed as Slack words them."""

from collections.abc import Callable, Mapping

# Looks at a value at a JSON pointer and appends what is wrong with it.
Check = Callable[[object, str, list[str]], None]


def complain(problems: list[str], pointer: str, what: str) -> None:
    """Note a problem in Slack's form."""
    problems.append(f"[ERROR] {what} [json-pointer:{pointer}]")


def string(longest: int, shortest: int = 1) -> Check:
    """Text of `shortest` to `longest` characters."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, str):
            complain(problems, pointer, "must be a string")
        elif len(value) > longest:
            complain(problems, pointer, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            complain(problems, pointer, f"must be more than {shortest - 1} characters")

    return check


def boolean(value: object, pointer: str, problems: list[str]) -> None:
    """true or false, not "true"."""
    if not isinstance(value, bool):
        complain(problems, pointer, "must be a boolean")


def integer(least: int, most: int) -> Check:
    """A whole number within limits."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            complain(problems, pointer, f"must be an integer from {least} to {most}")

    return check


def one_of(*allowed: str) -> Check:
    """One of these words."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        if value not in allowed:
            complain(problems, pointer, f"value must be one of [{', '.join(allowed)}]")

    return check


def url(longest: int = 3000) -> Check:
    """An http or https address."""
    text = string(longest)

    def check(value: object, pointer: str, problems: list[str]) -> None:
        before = len(problems)
        text(value, pointer, problems)
        if len(problems) == before and not str(value).startswith(("http://", "https://")):
            complain(problems, pointer, "invalid url")

    return check


def array(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items."""

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
    """An object with these fields and, besides `type`, no others."""
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
    """An object whose `type` says which of `kinds` it is."""

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


def both(*checks: Check) -> Check:
    """All of these."""

    def check(value: object, pointer: str, problems: list[str]) -> None:
        for one in checks:
            one(value, pointer, problems)

    return check


def anything(value: object, pointer: str, problems: list[str]) -> None:
    """Not looked into."""
