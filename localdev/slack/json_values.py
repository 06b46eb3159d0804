"""JSON values that come from outside the simulator."""

import json
from typing import Any

# JSON from outside has no static type: each reader checks what it takes out of it.
Json = dict[str, Any]


def parse_json(raw: bytes | str) -> object:
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
