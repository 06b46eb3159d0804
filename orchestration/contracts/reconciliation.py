"""Names, inputs and results of the reconciler, which compares Temporal, PostgreSQL and Slack."""

from datetime import datetime, timedelta
from enum import StrEnum

from orchestration.domain.card import CardView
from orchestration.domain.fields import MessageRef
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.reconciliation.findings import Finding, ObservedCard, StoredState, WorkflowState

RECONCILE_WORKFLOW = "ReconcileWorkflow"
RECONCILE_SCHEDULE = "countersign-reconcile"
PROGRESS_QUERY = "progress"

PAGE_SIZE = 100
"""The number of rows, workflow executions or messages that one activity reads."""
MAX_LOOKBACK = timedelta(days=30)


class ReconcileActivity(StrEnum):
    """Activities on `order-tq`."""

    LIST_ROWS = "list_rows"
    LIST_EXECUTIONS = "list_executions"
    LIST_RETRIED = "list_retried_messages"
    READ_WORKFLOW_STATES = "read_workflow_states"
    LOAD_CARD = "load_card"
    REQUEST_CARD_REFRESH = "request_card_refresh"
    STORE_ROW = "store_row"
    CLOSE_ROW = "close_row"
    RECORD_FINDINGS = "record_findings"


class ReconcileSlackActivity(StrEnum):
    """Activities on `slack-tq`."""

    SCAN_CARDS = "scan_cards"
    READ_CARD = "read_card"
    FIND_COPIES = "find_copies"
    DELETE_COPY = "delete_copy"


class ReconcileRequest(FrozenModel):
    """Input of ReconcileWorkflow. Without `fix` nothing is repaired."""

    fix: bool = False
    order_id: str | None = None
    """Only this order and its refunds."""
    grace_period: timedelta = timedelta(seconds=15)
    """Subjects that changed within this time are skipped: their rows and cards may still be updated."""
    lookback: timedelta = timedelta(days=1)
    """Orders and refunds that ended longer ago are skipped; those that have not ended never are."""


class Report(FrozenModel):
    """Result of ReconcileWorkflow. `problems` says what could not be compared, and why."""

    orders: int
    cards: int
    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_consistent(self) -> bool:
        """Whether everything was compared, and every finding repaired."""
        return not self.problems and all(finding.repaired for finding in self.findings)


class Progress(FrozenModel):
    """Result of the query `progress`."""

    doing: str
    orders: int
    cards: int
    findings: int


class PageRequest(FrozenModel):
    """A page of a list; `cursor` None: the first page."""

    since: datetime
    order_id: str | None = None
    cursor: str | None = None


class RowPage(FrozenModel):
    """Result of `list_rows`: orders and refunds as PostgreSQL has them."""

    rows: tuple[StoredState, ...]
    cursor: str | None


class SubjectRef(FrozenModel):
    """An order, or the latest refund of it."""

    subject: Subject
    order_id: str


class ExecutionPage(FrozenModel):
    """Result of `list_executions`: the subjects of workflows in Temporal."""

    subjects: tuple[SubjectRef, ...]
    cursor: str | None


class RetriedMessage(FrozenModel):
    """A message whose post was attempted more than once, so that it can be in Slack twice."""

    key: str
    order_id: str
    channel: str
    known: MessageRef | None
    thread_ts: str | None
    """Timestamp of the card in whose thread the message may be."""
    first_attempt_at: datetime


class RetriedPage(FrozenModel):
    """Result of `list_retried_messages`, sorted by key."""

    messages: tuple[RetriedMessage, ...]
    cursor: str | None


class CardPage(FrozenModel):
    """Result of `scan_cards`: cards in the approvals channel."""

    cards: tuple[ObservedCard, ...]
    cursor: str | None


class SubjectState(FrozenModel):
    """The state of a subject in its workflow and in PostgreSQL; the row is read after the workflow."""

    workflow: WorkflowState
    row: StoredState | None

    @property
    def card_key(self) -> str:
        """The key of the card's message."""
        return self.workflow.card_key or (self.row.card_key if self.row else "")


class SubjectStates(FrozenModel):
    """Result of `read_workflow_states`, in the order of the input."""

    states: tuple[SubjectState, ...]


class SubjectRefs(FrozenModel):
    """Input of `read_workflow_states`."""

    subjects: tuple[SubjectRef, ...]


class LoadedCard(FrozenModel):
    """Result of `load_card`: what to render, and where. None: there is no card."""

    card_view: CardView | None
    ref: MessageRef | None


class GetCard(FrozenModel):
    """Input of `read_card`."""

    key: str
    ref: MessageRef


class CardLookup(FrozenModel):
    """Result of `read_card`; None: the message was deleted."""

    card: ObservedCard | None


class MessageCopies(FrozenModel):
    """Result of `find_copies`: every message with the key."""

    refs: tuple[MessageRef, ...]


class DeleteCopy(FrozenModel):
    """Input of `delete_copy`: a message with this key other than the one that PostgreSQL has."""

    key: str
    copy_ref: MessageRef


class RecordFindings(FrozenModel):
    """Input of `record_findings`; `run` identifies the reconciliation."""

    run: str
    findings: tuple[Finding, ...]
