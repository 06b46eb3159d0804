"""What the activities, the CLI and the bot need from a database; `db/` implements it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from orchestration.contracts import AmendOrder, Journal, ResolvedPolicy
from orchestration.domain.auditline import ChainedEvent, OrderEnd
from orchestration.domain.decision import JudgedDecision
from orchestration.domain.delegations import Granted
from orchestration.domain.errors import FieldProblem
from orchestration.domain.order import Order, OrderStatus
from orchestration.domain.policy import ApprovalPolicy, Subject
from orchestration.domain.reconciliation import Finding, Row
from orchestration.domain.refund import RefundRequest
from orchestration.reconciling import Case, PageWanted, RetriedPage, RowPage


class OrderStore(Protocol):
    """Orders, decisions and the audit log. Each method is one transaction and may be repeated safely."""

    async def receive(self, order: Order, at: datetime) -> None:
        """Store a new order as CREATED. The same order again: nothing happens.

        Raises OrderConflict if another order has this id.
        """

    async def refuse(self, order_id: str, problems: Sequence[FieldProblem], at: datetime) -> None:
        """Put into the audit log that a malformed order was refused."""

    async def record(self, journal: Journal, *, resolved: ResolvedPolicy | None = None) -> None:
        """Store status changes and judged decisions, with an event each; `resolved` too, if given.

        Raises TransitionNotAllowed if a change does not follow from the stored status.
        """

    async def amend(self, wanted: AmendOrder) -> None:
        """Store an order's new content under its new revision, with its journal. Again: nothing happens."""

    async def previous_approvers(self, order: Order) -> tuple[str, ...]:
        """Return who approved the order that this customer had approved before, by Slack user id."""


class PolicySource(Protocol):
    """Where the approval policy comes from; it may change while the process runs."""

    @property
    def current(self) -> ApprovalPolicy:
        """The policy as it stands."""


class PaymentStatus(StrEnum):
    """State of a payment's row. CLAIMED: somebody set out to charge it and has not said how that went."""

    CLAIMED = "claimed"
    CHARGED = "charged"
    DECLINED = "declined"
    REFUNDED = "refunded"
    VOIDED = "voided"
    """It turned out that nothing had been charged, and nothing will be."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment's row; amount in minor units, references are the gateway's."""

    payment_id: str
    order_id: str
    amount: int
    currency: str
    status: PaymentStatus
    charge_reference: str | None
    refund_reference: str | None
    is_new: bool = False
    """Whether this very call claimed it: nobody can have asked the gateway yet."""


class PaymentStore(Protocol):
    """The `payments` table: one row for each payment_id. Each method is one transaction, safe to repeat.

    `journal` is stored in the same transaction.
    """

    async def claim(self, payment_id: str, amount: int, currency: str, journal: Journal) -> Payment:
        """Insert the row unless it is there, and return it as it stands."""

    async def find(self, payment_id: str) -> Payment | None:
        """Return the row, if there is one."""

    async def mark_charged(self, payment_id: str, reference: str, journal: Journal) -> None:
        """CLAIMED -> CHARGED. Already charged: nothing happens. Raises TransitionNotAllowed otherwise."""

    async def mark_declined(self, payment_id: str, reason: str, journal: Journal) -> None:
        """CLAIMED -> DECLINED."""

    async def mark_refunded(self, payment_id: str, reference: str, journal: Journal) -> None:
        """CLAIMED or CHARGED -> REFUNDED."""

    async def mark_voided(self, payment_id: str, journal: Journal) -> None:
        """CLAIMED -> VOIDED."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """What lists and a status without a worker show: the stored projection of an order."""

    order: Order
    status: OrderStatus
    revision: int
    tier: str | None
    deadline: datetime | None
    reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Newest first. `next_cursor` is opaque; None on the last page."""

    rows: tuple[OrderRow, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit log."""

    event_id: int
    order_id: str
    type: str
    """Such as ``status.APPROVED``, ``decision.refused``, ``payment.charged``."""
    actor: str | None
    detail: Mapping[str, object]
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """How an order, or a refund, stands whose workflow has ended."""

    standing: str
    """Such as "was cancelled", to follow its name."""
    at: datetime
    reason: str | None
    by: str | None
    """Whose decision was the last that counted."""


class OrderReader(Protocol):
    """Reads that need no workflow."""

    async def get(self, order_id: str) -> OrderRow | None:
        """Return the stored order."""

    async def page(
        self, statuses: Sequence[OrderStatus] | None, *, cursor: str | None = None, limit: int = 20
    ) -> OrderPage:
        """Newest first, by keyset. Raises ValueError for a cursor that is not ours."""

    async def history(self, order_id: str) -> tuple[Event, ...]:
        """Return the audit log of one order, oldest first."""

    async def ended(self, subject: Subject, order_id: str) -> Ended | None:
        """Return how the order, or its latest refund, stands; None if there is none."""

    async def queued(self, order_id: str) -> int | None:
        """Return how many calls go to Slack before the one for the order's card; None if it does not wait."""


class DecisionStore(Protocol):
    """For decisions that no workflow could judge any more, since the order's workflow has ended."""

    async def add(self, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER) -> None:
        """Store the decision and its event. The same decision again: nothing happens."""


@dataclass(frozen=True, slots=True)
class Refundable:
    """An order, and how its payment stands; None: there is no payment."""

    order: Order
    status: OrderStatus
    payment: PaymentStatus | None


class RefundStore(Protocol):
    """Refunds of shipped orders. Each method is one transaction and may be repeated safely."""

    async def look(self, order_id: str) -> Refundable | None:
        """Return the order and how its payment stands; None if there is no such order."""

    async def open(
        self, refund_id: str, request: RefundRequest, resolved: ResolvedPolicy, at: datetime
    ) -> None:
        """Store a new refund as REQUESTED. The same again: nothing happens."""

    async def refuse(
        self, refund_id: str, order_id: str, problems: Sequence[FieldProblem], at: datetime
    ) -> None:
        """Put into the audit log that a refund was asked for and cannot be. Again: nothing happens."""

    async def approvers_of(self, order_id: str) -> tuple[str, ...]:
        """Return who approved the order itself, by Slack user id."""


class ReconcileStore(Protocol):
    """What the reconciler reads, and where it writes down what it found."""

    async def rows(self, wanted: PageWanted) -> RowPage:
        """Return orders and refunds that wait, or have changed since then."""

    async def row(self, case: Case) -> Row | None:
        """Return the order, or the latest refund of it."""

    async def retried(self, wanted: PageWanted) -> RetriedPage:
        """Return messages that were set out on more than once, the last time since then."""

    async def record(self, run: str, finding: Finding, number: int) -> None:
        """Put a finding into the audit log of its order. Again: nothing happens."""


class DelegationStore(Protocol):
    """Who decides for whom. Nothing is ever deleted: the rows are the history of all delegations."""

    async def grant(self, new: Granted) -> None:
        """Store a delegation, in place of the person's active one for the same group, if there is one.

        Raises DelegationRefused, with a sentence.
        """

    async def revoke(self, person: str, group: str | None, by: str) -> int:
        """End the active delegations of a person, or only those for one group, and return how many ended.

        `by` is who ends them, as in `Granted.created_by`.
        """

    async def active_for(self, delegate: str, at: datetime) -> tuple[Granted, ...]:
        """Return whom this person could decide for at that moment, oldest first."""

    async def active_of(self, person: str, at: datetime) -> tuple[Granted, ...]:
        """Return who could decide for this person at that moment, oldest first."""

    async def all_active(self, at: datetime) -> tuple[Granted, ...]:
        """Return every delegation that held at that moment, oldest first."""


class AuditLog(Protocol):
    """The whole audit log, read as it stands at one moment; no more than a few hundred events in memory."""

    async def horizon(self) -> int:
        """Return the newest event_id up to which no event can come any more; 0 if there are none."""

    def by_order(self, order_id: str | None = None) -> AsyncGenerator[ChainedEvent, None]:
        """Yield all events, or those of one order, by order (in the byte order of the ids) and position."""

    def by_time(
        self, since: datetime, until: datetime | None, up_to: int
    ) -> AsyncGenerator[ChainedEvent, None]:
        """Yield what was written from `since` on and before `until`, up to that event_id, by event_id."""

    def ends(self, up_to: int) -> AsyncGenerator[OrderEnd, None]:
        """Yield the last event of each order up to that event_id, in the byte order of the orders' ids."""
