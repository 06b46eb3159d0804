"""What the activities, the CLI and the bot need from a database; `db/` implements it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.contracts.activities import AmendOrder, PendingWrites, ResolvedPolicy
from orchestration.domain.errors import FieldProblem
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.audit_log import Event


class OrderStore(Protocol):
    """Orders, decisions and the audit log. Each method is one transaction and may be repeated safely."""

    async def receive(self, order: Order, at: datetime) -> None:
        """Store a new order as CREATED. The same order again: nothing happens.

        Raises OrderConflict if another order has this id.
        """

    async def refuse(self, order_id: str, problems: Sequence[FieldProblem], at: datetime) -> None:
        """Put into the audit log that a malformed order was refused."""

    async def record(self, pending_writes: PendingWrites, *, resolved: ResolvedPolicy | None = None) -> None:
        """Store status changes and judged decisions, with an event each; `resolved` too, if given.

        Raises TransitionNotAllowed if a change does not follow from the stored status.
        """

    async def amend(self, wanted: AmendOrder) -> None:
        """Store an order's new content under its new revision, with its journal. Again: nothing happens."""

    async def previous_approvers(self, order: Order) -> tuple[str, ...]:
        """Return who approved the order that this customer had approved before, by Slack user id."""


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
class FinalState:
    """How an order, or a refund, stands whose workflow has ended."""

    status_text: str
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

    async def final_state(self, subject: Subject, order_id: str) -> FinalState | None:
        """Return how the order, or its latest refund, stands; None if there is none."""

    async def card_queue_position(self, order_id: str) -> int | None:
        """Return how many calls go to Slack before the one for the order's card; None if it does not wait."""
