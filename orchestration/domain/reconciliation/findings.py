"""The state of an order in Temporal, PostgreSQL and Slack, and findings about differences."""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.approval_policy import Subject

RUNNING = "RUNNING"
MISSING = "MISSING"
"""`WorkflowState.execution` of a workflow that Temporal does not have, or not any more."""


class FindingKind(StrEnum):
    """The kind of difference between Temporal, PostgreSQL and Slack."""

    CARD_MISSING = "card_missing"
    CARD_OUTDATED = "card_outdated"
    STALE_BUTTONS = "stale_buttons"
    DUPLICATE_MESSAGE = "duplicate_message"
    ROW_MISSING = "row_missing"
    ROW_OUTDATED = "row_outdated"
    WORKFLOW_CLOSED = "workflow_closed"
    WORKFLOW_MISSING = "workflow_missing"
    WORKFLOW_UNRESPONSIVE = "workflow_unresponsive"
    PAYMENT_MISMATCH = "payment_mismatch"


CARD_FINDINGS = frozenset({FindingKind.CARD_MISSING, FindingKind.CARD_OUTDATED, FindingKind.STALE_BUTTONS})


class Repair(StrEnum):
    """How a finding is repaired."""

    REFRESH_CARD = "refresh_card"
    """The running workflow is asked to render its card again."""
    RENDER_CARD = "render_card"
    """The workflow has ended: the card is rendered from its state, or else from the row."""
    DELETE_COPIES = "delete_copies"
    """The messages other than the one in PostgreSQL are deleted."""
    STORE_ROW = "store_row"
    """The row is written from the workflow's state."""
    CLOSE_ROW = "close_row"
    """The row is marked as cancelled, since its workflow was ended, and the card is updated."""


class StoredState(FrozenModel):
    """The row of an order or a refund in PostgreSQL. `payment` is the status of the order's payment."""

    subject: Subject
    order_id: str
    reference: str
    """The id of the refund, or of the order."""
    status: str
    is_final: bool
    updated_at: datetime
    payment: str | None
    card_key: str
    """The key of the card's message."""
    card: MessageRef | None


class ObservedCard(FrozenModel):
    """A message of the bot as Slack has it. `version` is None for messages that are no cards."""

    key: str
    ref: MessageRef
    version: int | None
    has_buttons: bool
    is_final: bool = False
    """Whether the card shows a final status."""


class WorkflowState(FrozenModel):
    """The state of a workflow, by its query and by Temporal. `status` None: the query was not answered."""

    subject: Subject
    order_id: str
    execution: str
    """Temporal's status of the workflow, such as ``RUNNING`` or ``TERMINATED``."""
    reference: str | None = None
    status: str | None = None
    is_final: bool = False
    is_open: bool = False
    """Whether the workflow waits for decisions."""
    can_be_stored: bool = False
    """Whether there is a valid order to store; a malformed order has no row."""
    version: int = 0
    card_key: str = ""
    card: MessageRef | None = None
    card_version: int = 0
    """The version that the card shows, by the workflow."""
    changed_at: datetime
    problem: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether the workflow is still running."""
        return self.execution == RUNNING

    @property
    def has_closed_early(self) -> bool:
        """Whether the workflow was ended from outside, before it reached a final status."""
        return self.execution not in {RUNNING, MISSING} and self.status is not None and not self.is_final


class Finding(FrozenModel):
    """One difference. `repair` None: a person has to act."""

    kind: FindingKind
    subject: Subject
    order_id: str
    detail: str
    repair: Repair | None = None
    key: str = ""
    """For DELETE_COPIES: the key of the messages."""
    copies: tuple[MessageRef, ...] = ()
    """For DELETE_COPIES: the messages to delete."""
    repaired: bool = False
    problem: str | None = None
    """Why the repair failed."""
