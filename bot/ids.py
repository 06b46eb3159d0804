"""The ids of all buttons, inputs and modals, and the values that buttons carry."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from orchestration.domain.approval.decision import DecisionId
from orchestration.domain.fields import OrderId
from orchestration.domain.policy.approval_policy import Subject

COMMAND = "/order"

METADATA_EVENT = "countersign"
"""`event_type` of the metadata of every message that the bot posts. `event_payload.key` is unique."""

MAX_VALUE = 2000
"""Characters of a button's value, by Slack's rules."""


class ActionId(StrEnum):
    """`action_id` of buttons. Never rename one: cards in Slack keep the ids that they were posted with."""

    APPROVE = "order_approve"
    CANCEL = "order_cancel"
    MORE = "order_more"
    ANSWER = "order_answer"
    LIST_MORE = "order_list_more"


class BlockId(StrEnum):
    """`block_id` of the blocks that hold buttons."""

    DECIDE = "order_decide"
    ANSWER = "order_answer_question"
    LIST_MORE = "order_list_page"


class MenuChoice(StrEnum):
    """Values of the options in a card's overflow menu."""

    APPROVE = "approve"
    CANCEL = "cancel"
    ASK = "ask"
    OVERRIDE = "override"
    HISTORY = "history"


class CallbackId(StrEnum):
    """`callback_id` of modals."""

    APPROVE = "order_approve_with_note"
    CANCEL = "order_cancel_with_reason"
    ASK = "order_ask_for_information"
    OVERRIDE = "order_decide_alone"
    ANSWER = "order_answer_text"
    AMEND = "order_amend"


class FieldId(StrEnum):
    """Inputs of modals: the `block_id`, and also the `action_id` of the one element in the block."""

    TEXT = "order_text"
    VERDICT = "order_verdict"
    LINES = "order_lines"
    SHIP_TO = "order_ship_to"
    NOTE = "order_note"


GroupId = Annotated[str, Field(pattern=r"^S[A-Z0-9]{2,20}$")]
"""Id of a Slack user group."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def encode(self) -> str:
        """Return the value as JSON, for a button."""
        return self.model_dump_json()


class ButtonValue(_Value):
    """Value of Approve and Cancel: the order, the revision that the card shows, and the tier's user groups.

    The value grants no rights. The workflow judges the decision by its own policy.
    """

    subject: Annotated[Subject, Field(strict=False)] = Subject.ORDER
    order_id: OrderId
    revision: Annotated[int, Field(ge=1)]
    groups: Annotated[tuple[GroupId, ...], Field(max_length=50, strict=False)] = ()


class AnswerValue(_Value):
    """Value of the Answer button in a direct message: the order and the question."""

    subject: Annotated[Subject, Field(strict=False)] = Subject.ORDER
    order_id: OrderId
    question_id: DecisionId


class ListWhich(StrEnum):
    """The lists that `/order list` can show."""

    PENDING = "pending"
    ALL = "all"


class PageValue(_Value):
    """Value of the "Next page" button: the list, and where its next page begins."""

    which: Annotated[ListWhich, Field(strict=False)]
    cursor: Annotated[str, Field(min_length=1, max_length=1000)]
