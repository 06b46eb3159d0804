"""What a modal remembers until it is submitted: its `private_metadata`, read as strictly as a button."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.ids import AnswerValue, ButtonValue, MenuChoice
from bot.payloads.schemas import ResponseUrl, SlackId, Timestamp
from orchestration.domain.fields import OrderId

MAX_METADATA = 3000
"""Characters of `private_metadata`, by Slack's rules."""
MAX_URL = 1000
"""Of a response_url that is kept; a longer one is done without."""

Channel = Annotated[str, Field(min_length=1, max_length=40)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channel: Channel
    """Where it was opened from, and where the answer is told."""
    response_url: Annotated[ResponseUrl, Field(max_length=MAX_URL)] | None = None
    """For the answer, should the bot not be in that channel."""

    def encode(self) -> str:
        """Write it as `private_metadata`."""
        return self.model_dump_json(exclude_none=True)


class CardForm(_Form):
    """Opened from the menu of a card; `value` is that of its Approve button, and grants nothing either."""

    kind: Literal[MenuChoice.APPROVE, MenuChoice.CANCEL, MenuChoice.ASK, MenuChoice.OVERRIDE]
    channel: SlackId
    message_ts: Timestamp
    value: ButtonValue


class AnswerForm(_Form):
    """Opened from the button of a question's direct message, whose value it keeps."""

    value: AnswerValue


class AmendForm(_Form):
    """Opened by `/order amend`; `revision` is the one that was shown."""

    order_id: OrderId
    revision: Annotated[int, Field(ge=1)]


def kept(response_url: str | None) -> str | None:
    """Return what a form may keep of a response_url: all of it, or nothing."""
    return response_url if response_url is not None and len(response_url) <= MAX_URL else None
