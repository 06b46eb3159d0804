"""Field types that several models share, with their validators."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from orchestration.domain.currency import CURRENCIES
from orchestration.domain.model import FrozenModel

# Such characters could fake a line of a card or reverse its direction. The joiner (U+200D) and variation
# selectors are allowed, since emoji consist of them.
_FORBIDDEN = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _one_line(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("must not be empty")
    if any(c in _FORBIDDEN or unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise ValueError("must be one line of text without control or direction characters")
    return text


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code such as EUR or USD")
    return code


MAX_AMOUNT = 10**12
"""The largest amount, in minor units. It is ten billion in most currencies; more is a typing error."""

Name = Annotated[str, Field(max_length=200), AfterValidator(_one_line)]
Text = Annotated[str, Field(max_length=1000), AfterValidator(_one_line)]
OrderId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
ActorId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$")]
"""A Slack user id, or the name of a service or an operator."""
CurrencyCode = Annotated[str, AfterValidator(_known_currency)]
"""An ISO 4217 code, such as EUR."""
Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class MessageRef(FrozenModel):
    """The channel and the timestamp that identify a Slack message."""

    channel: str
    ts: str
