"""Names and inputs of the reconciler, which looks whether Temporal, PostgreSQL and Slack agree."""

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
REFRESH_CARD_SIGNAL = "refresh_card"
"""Asks an order's or a refund's running workflow to draw its card again; it decides nothing."""

PAGE_SIZE = 100
"""Rows, executions or messages that one activity looks at."""
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
    """The one argument of ReconcileWorkflow. Without `fix` nothing is changed."""

    fix: bool = False
    order_id: str | None = None
    """Only this order and its refunds."""
    grace_period: timedelta = timedelta(seconds=15)
    """What has changed in this time: a step and its drawing take up to 5 s a try."""
    lookback: timedelta = timedelta(days=1)
    """How long ago an order may have ended to be looked at; what has not ended always is."""


class Report(FrozenModel):
    """What was looked at and found. `problems` is what kept it from looking at all of it."""

    orders: int
    cards: int
    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_consistent(self) -> bool:
        """Whether all agree, now."""
        return not self.problems and all(finding.repaired for finding in self.findings)


class Progress(FrozenModel):
    """Answer to the query `progress`."""

    doing: str
    orders: int
    cards: int
    findings: int


class PageRequest(FrozenModel):
    """Which page of a list; `cursor` None: the first."""

    since: datetime
    order_id: str | None = None
    cursor: str | None = None


class RowPage(FrozenModel):
    """Orders and refunds as stored."""

    rows: tuple[StoredState, ...]
    cursor: str | None


class SubjectRef(FrozenModel):
    """An order, or the latest refund of it."""

    subject: Subject
    order_id: str


class ExecutionPage(FrozenModel):
    """What Temporal has."""

    subjects: tuple[SubjectRef, ...]
    cursor: str | None


class RetriedMessage(FrozenModel):
    """A message that was set out on more than once: the only kind that can be there twice."""

    key: str
    order_id: str
    channel: str
    known: MessageRef | None
    thread_ts: str | None
    """The card in whose thread it may be."""
    first_attempt_at: datetime


class RetriedPage(FrozenModel):
    """Messages by their key."""

    messages: tuple[RetriedMessage, ...]
    cursor: str | None


class CardPage(FrozenModel):
    """Cards in the approvals channel."""

    cards: tuple[ObservedCard, ...]
    cursor: str | None


class SubjectState(FrozenModel):
    """What the workflow says of one case, and then the row: it is the newer of the two."""

    workflow: WorkflowState
    row: StoredState | None

    @property
    def card_key(self) -> str:
        """The key of the card's message."""
        return self.workflow.card_key or (self.row.card_key if self.row else "")


class SubjectStates(FrozenModel):
    """Answer of `read_workflow_states`, in the order in which it was asked."""

    states: tuple[SubjectState, ...]


class SubjectRefs(FrozenModel):
    """Input of `read_workflow_states`."""

    subjects: tuple[SubjectRef, ...]


class LoadedCard(FrozenModel):
    """Answer of `load_card`: what to draw, and where. None: there is no card."""

    card_view: CardView | None
    ref: MessageRef | None


class GetCard(FrozenModel):
    """Input of `read_card`."""

    key: str
    ref: MessageRef


class CardLookup(FrozenModel):
    """Answer of `read_card`; None: the message is gone."""

    card: ObservedCard | None


class MessageCopies(FrozenModel):
    """Answer of `find_copies`: every message with that key."""

    refs: tuple[MessageRef, ...]


class DeleteCopy(FrozenModel):
    """Input of `delete_copy`: a message with this key that is not the one that Countersign knows of."""

    key: str
    copy_ref: MessageRef


class RecordFindings(FrozenModel):
    """Input of `record_findings`; `run` tells one reconciliation from the next."""

    run: str
    findings: tuple[Finding, ...]
