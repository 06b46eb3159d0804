"""Parses PAYLOAD_KEYS, the keys that encrypt Temporal's payloads: `2026-11:base64,2026-05:base64`."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

KEY_BYTES = 32
"""AES-256."""
CLEAR = "clear"
"""In place of the first key: new payloads are not encrypted, and the other keys decrypt older ones."""
# Shorter than a key in base64: a key in place of its id is refused, since ids are stored in clear.
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The payload keys: the first encrypts, all decrypt. The keys are left out of `repr`."""

    current: str | None
    """Id of the key that encrypts; None: nothing is encrypted."""
    keys: Mapping[str, bytes] = field(repr=False)


def parse_keyring(text: str) -> Keyring:
    """Parse PAYLOAD_KEYS. Raises ValueError with the number of the wrong entry, without its content."""
    keys: dict[str, bytes] = {}
    entries = [entry.strip() for entry in text.split(",")]
    in_clear = entries[0] == CLEAR
    for number, entry in enumerate(entries, start=1):
        if number == 1 and in_clear:
            continue
        key_id, key = _entry(entry, number)
        if key_id in keys:
            raise ValueError(f"entry {number} has the id of an entry before it")
        if key in keys.values():
            raise ValueError(f"entry {number} is the same key as an entry before it")
        keys[key_id] = key
    if not keys:
        raise ValueError(f"there is no key after {CLEAR!r}; leave it empty to switch encryption off")
    return Keyring(None if in_clear else next(iter(keys)), keys)


def new_entry(key_id: str) -> str:
    """Generate a key and return its entry for PAYLOAD_KEYS. Raises ValueError for a wrong id."""
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError(_WRONG_ID)
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


_WRONG_ID = (
    "an id is 1 to 32 letters, digits, dots, hyphens or underscores, and begins with a letter or digit"
)


def _entry(entry: str, number: int) -> tuple[str, bytes]:
    key_id, colon, encoded = entry.partition(":")
    if not colon:
        raise ValueError(f"entry {number} is not of the form id:base64")
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError(f"entry {number}: {_WRONG_ID}")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"entry {number}: the key is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"entry {number}: the key has {len(key)} bytes, and must have {KEY_BYTES}")
    return key_id, key
