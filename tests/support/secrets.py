"""Secrets that can be recognised wherever they turn up, whole, cut or written in another way."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import quote

_PIECE = 12
"""Characters: long enough not to be there by chance, short enough for what a log cuts."""


@dataclass(frozen=True)
class Secret:
    """A value that nothing may show. `value` should be random from its first character on."""

    name: str
    value: str

    def pieces(self) -> set[str]:
        """Beginning, end, and all of it in the encodings that programs put things into."""
        encoded = {
            self.value[:_PIECE],
            self.value[-_PIECE:],
            quote(self.value, safe=""),
            base64.b64encode(self.value.encode()).decode()[: 4 * _PIECE],
            self.value.encode().hex()[: 4 * _PIECE],
        }
        try:
            raw = base64.b64decode(self.value, validate=True)
        except binascii.Error:
            return encoded
        # A key: its bytes, as Python and as others would print them.
        return encoded | {raw.hex()[: 2 * _PIECE], repr(raw)[2:30]}


def leaks(secrets: list[Secret], **places: str) -> list[str]:
    """Which secret, or a piece of it, stands where."""
    return [
        f"{secret.name} in {place}: ...{text[max(0, text.find(piece) - 200) : text.find(piece)]}[HERE]"
        for place, text in places.items()
        for secret in secrets
        for piece in sorted(secret.pieces())
        if piece in text
    ]
