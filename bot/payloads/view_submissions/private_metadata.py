"""The `private_metadata` of modals: what a modal keeps from the moment it opens until it is submitted.

It is read as strictly as a button's value, and like a button's value it grants nothing.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.ids import AnswerValue, ButtonValue, MenuChoice
from bot.payloads.schemas import ResponseUrl, SlackId, Timestamp
from orchestration.domain.fields import OrderId

MAX_METADATA = 3000
"""Characters of `private_metadata`, by Slack's rules."""
MAX_URL = 1000
"""Characters of a response_url that a modal keeps. A longer one is left out."""

Channel = Annotated[str, Field(min_length=1, max_length=40)]


class _Metadata(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channel: Channel
    """The channel that the modal was opened from, in which the user gets the result."""
    response_url: Annotated[ResponseUrl, Field(max_length=MAX_URL)] | None = None
    """For the result where the bot is not in that channel."""

    def encode(self) -> str:
        """Return the value of `private_metadata`."""
        return self.model_dump_json(exclude_none=True)


class CardModalMetadata(_Metadata):
    """Of a modal opened from the menu of a card. `value` is that of the card's Approve button."""

    kind: Literal[MenuChoice.APPROVE, MenuChoice.CANCEL, MenuChoice.ASK, MenuChoice.OVERRIDE]
    channel: SlackId
    message_ts: Timestamp
    value: ButtonValue


class AnswerModalMetadata(_Metadata):
    """Of a modal opened with the Answer button of a question. `value` is the button's."""

    value: AnswerValue


class AmendModalMetadata(_Metadata):
    """Of a modal opened by `/order amend`. `revision` is the order's when the modal was opened."""

    order_id: OrderId
    revision: Annotated[int, Field(ge=1)]


def storable_response_url(response_url: str | None) -> str | None:
    """Return a response_url that fits into `private_metadata`; None if it does not."""
    return response_url if response_url is not None and len(response_url) <= MAX_URL else None
