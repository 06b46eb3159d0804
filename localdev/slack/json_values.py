"""JSON values that come from outside the simulator."""

import json
from typing import Any

# JSON from outside has no static type, so each reader checks the values that it uses.
Json = dict[str, Any]


def parse_json(raw: bytes | str) -> object:
    """Return the parsed JSON, or raise ValueError. Lone surrogates, which cannot be stored, become `?`."""
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
