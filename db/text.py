"""Makes text storable in PostgreSQL, which refuses NUL and lone surrogates.

Fields of an order never hold these (the domain refuses them), but a refused order's problems and an outside
service's error messages may, and the audit log must not fail on them.
"""

import json
import re
from collections.abc import Mapping

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Replace each character that cannot be stored with the replacement character."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def to_json(value: object) -> str:
    """Serialize a value for a jsonb column. Raises TypeError or ValueError for what is not JSON."""
    return json.dumps(_clean(value), ensure_ascii=False, allow_nan=False)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(name)): _clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value
