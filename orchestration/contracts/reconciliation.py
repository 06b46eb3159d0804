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

PAGE = 100
"""Rows, executions or messages that one activity looks at."""
MAX_LOOKS_BACK = timedelta(days=30)


class ReconcileActivity(StrEnum):
    """Activities on `order-tq`."""

    LIST_ROWS = "list_rows"
    LIST_EXECUTIONS = "list_executions"
    LIST_RETRIED = "list_retried_messages"
    TELL_TRUTH = "tell_truth"
    LOAD_CARD = "load_card"
    ASK_TO_REDRAW = "ask_to_redraw"
    STORE_ROW = "store_row"
    CLOSE_ROW = "close_row"
    RECORD_FINDINGS = "record_findings"


class ReconcileSlackActivity(StrEnum):
    """Activities on `slack-tq`."""

    SCAN_CARDS = "scan_cards"
    LOOK_AT_CARD = "look_at_card"
    FIND_COPIES = "find_copies"
    DELETE_COPY = "delete_copy"


class ReconcileRequest(FrozenModel):
    """The one argument of ReconcileWorkflow. Without `fix` nothing is changed."""

    fix: bool = False
    order_id: str | None = None
    """Only this order and its refunds."""
    leaves_alone: timedelta = timedelta(seconds=15)
    """What has changed in this time: a step and its drawing take up to 5 s a try."""
    looks_back: timedelta = timedelta(days=1)
    """How long ago an order may have ended to be looked at; what has not ended always is."""


class Report(FrozenModel):
    """What was looked at and found. `problems` is what kept it from looking at all of it."""

    orders: int
    cards: int
    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether all agree, now."""
        return not self.problems and all(finding.mended for finding in self.findings)


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

    cases: tuple[SubjectRef, ...]
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

    truth: WorkflowState
    row: StoredState | None

    @property
    def card_key(self) -> str:
        """The key of the card's message."""
        return self.truth.card_key or (self.row.card_key if self.row else "")


class SubjectStates(FrozenModel):
    """Answer of `tell_truth`, in the order in which it was asked."""

    told: tuple[SubjectState, ...]


class SubjectRefs(FrozenModel):
    """Input of `tell_truth`."""

    cases: tuple[SubjectRef, ...]


class LoadedCard(FrozenModel):
    """Answer of `load_card`: what to draw, and where. None: there is no card."""

    shown: CardView | None
    ref: MessageRef | None


class GetCard(FrozenModel):
    """Input of `look_at_card`."""

    key: str
    ref: MessageRef


class CardLookup(FrozenModel):
    """Answer of `look_at_card`; None: the message is gone."""

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
