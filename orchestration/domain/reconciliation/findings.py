"""What Temporal, PostgreSQL and Slack each say of an order, and what is found where they do not agree."""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.approval_policy import Subject

RUNNING = "RUNNING"
MISSING = "MISSING"
"""`Truth.execution` of a workflow that Temporal does not have, or not any more."""


class FindingKind(StrEnum):
    """What does not agree."""

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
    """What sets it right."""

    REFRESH_CARD = "refresh_card"
    """Its running workflow draws the card again."""
    RENDER_CARD = "render_card"
    """Its workflow has ended: the card is drawn from what that says, or from the row."""
    DELETE_COPIES = "delete_copies"
    """The copies that Countersign does not know of are deleted."""
    STORE_ROW = "store_row"
    """The row is written from what the workflow says."""
    CLOSE_ROW = "close_row"
    """The row ends, as its workflow was ended, and the card shows it."""


class StoredState(FrozenModel):
    """An order or a refund as PostgreSQL has it. `payment` is the status of the order's payment."""

    subject: Subject
    order_id: str
    reference: str
    """The refund's id; of an order, its own."""
    status: str
    is_final: bool
    updated_at: datetime
    payment: str | None
    card_key: str
    """The key of the card's message."""
    card: MessageRef | None


class ObservedCard(FrozenModel):
    """A message of ours as Slack has it. `version` None: no card, or one of a release that did not say."""

    key: str
    ref: MessageRef
    version: int | None
    has_buttons: bool
    is_final: bool = False
    """Whether it says that nothing follows."""


class WorkflowState(FrozenModel):
    """What the workflow says, and what Temporal says of it. `status` None: nobody could answer for it."""

    subject: Subject
    order_id: str
    execution: str
    """Temporal's status of the workflow, such as ``RUNNING`` or ``TERMINATED``."""
    reference: str | None = None
    status: str | None = None
    is_final: bool = False
    is_open: bool = False
    """Whether it waits for people."""
    can_be_stored: bool = False
    """Whether there is an order that a row could hold; a malformed one has none."""
    version: int = 0
    card_key: str = ""
    card: MessageRef | None = None
    card_version: int = 0
    """The version that the workflow believes its card to show."""
    changed_at: datetime
    problem: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether its workflow still runs."""
        return self.execution == RUNNING

    @property
    def has_closed_early(self) -> bool:
        """Whether its workflow has ended and did not bring it to an end."""
        return self.execution not in {RUNNING, MISSING} and self.status is not None and not self.is_final


class Finding(FrozenModel):
    """One thing that does not agree. `repair` None: it is for a person."""

    kind: FindingKind
    subject: Subject
    order_id: str
    detail: str
    repair: Repair | None = None
    key: str = ""
    """For DELETE: the key of the messages."""
    copies: tuple[MessageRef, ...] = ()
    """For DELETE: the messages that are too many."""
    repaired: bool = False
    problem: str | None = None
    """Why it could not be mended."""
