"""What goes over the wire: JSON as Slack writes it, and Slack's way of saying no."""

import json
from typing import Any

# JSON from outside has no static type: each reader checks what it takes out of it.
Json = dict[str, Any]


def parse(raw: bytes | str) -> object:
    """JSON from outside, or ValueError. Lone surrogates, which nothing can store, become `?`."""
    try:
        value: object = json.loads(raw)
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode(errors="replace"))
    return value


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}`; `details` are further fields of that answer."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> Json:
        """The body that Slack answers with."""
        return {"ok": False, "error": self.code, **self.details}


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's `invalid_arguments`, saying which."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})
