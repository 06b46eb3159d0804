"""Recognises secrets in logs and files, whether whole, cut or encoded."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import quote

_PIECE = 12
"""Length of a piece in characters: too long for a coincidence, and short enough for cut log lines."""


@dataclass(frozen=True)
class Secret:
    """A secret. `value` should be random from its first character on."""

    name: str
    value: str

    def pieces(self) -> set[str]:
        """Return its beginning, its end, and the encodings in which it may appear."""
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
    """Return which secret, or piece of one, is found in which place."""
    return [
        f"{secret.name} in {place}: ...{text[max(0, text.find(piece) - 200) : text.find(piece)]}[HERE]"
        for place, text in places.items()
        for secret in secrets
        for piece in sorted(secret.pieces())
        if piece in text
    ]
