"""Ids of everything clickable, and the value that a button carries."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from orchestration.domain.approval.decision import DecisionId
from orchestration.domain.fields import OrderId
from orchestration.domain.policy.approval_policy import Subject

COMMAND = "/order"

METADATA_EVENT = "countersign"
"""`event_type` of the metadata of every message of ours; its payload's `key` is unique for each message."""

MAX_VALUE = 2000
"""Characters of a button's value, by Slack's rules."""


class ActionId(StrEnum):
    """`action_id`s of buttons. A card that was posted once keeps them for ever: never rename one."""

    APPROVE = "order_approve"
    CANCEL = "order_cancel"
    MORE = "order_more"
    ANSWER = "order_answer"
    LIST_MORE = "order_list_more"


class BlockId(StrEnum):
    """`block_id`s of blocks that hold buttons."""

    DECIDE = "order_decide"
    ANSWER = "order_answer_question"
    LIST_MORE = "order_list_page"


class MenuChoice(StrEnum):
    """Values of the options of a card's menu."""

    APPROVE = "approve"
    CANCEL = "cancel"
    ASK = "ask"
    OVERRIDE = "override"
    HISTORY = "history"


class CallbackId(StrEnum):
    """`callback_id`s of modals."""

    APPROVE = "order_approve_with_note"
    CANCEL = "order_cancel_with_reason"
    ASK = "order_ask_for_information"
    OVERRIDE = "order_decide_alone"
    ANSWER = "order_answer_text"
    AMEND = "order_amend"


class FieldId(StrEnum):
    """Inputs of modals: the `block_id`, and the `action_id` of the one element in it."""

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
        """Write it as a button's value."""
        return self.model_dump_json()


class ButtonValue(_Value):
    """Which order a button decides, the revision its card shows, and the user groups that the tier names.

    It grants nothing: the workflow judges the decision by its own policy.
    """

    subject: Annotated[Subject, Field(strict=False)] = Subject.ORDER
    """What is decided about; cards of earlier releases are all about orders."""
    order_id: OrderId
    revision: Annotated[int, Field(ge=1)]
    groups: Annotated[tuple[GroupId, ...], Field(max_length=50, strict=False)] = ()


class AnswerValue(_Value):
    """Which question about which order the button in a direct message answers."""

    subject: Annotated[Subject, Field(strict=False)] = Subject.ORDER
    order_id: OrderId
    question_id: DecisionId


class ListWhich(StrEnum):
    """What `/order list` lists."""

    PENDING = "pending"
    ALL = "all"


class PageValue(_Value):
    """Where the next page of a list begins."""

    which: Annotated[ListWhich, Field(strict=False)]
    cursor: Annotated[str, Field(min_length=1, max_length=1000)]
