"""Interfaces of the stores and the reader of orders; `db/` implements them."""

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
    """Writes orders, decisions and the audit log. Each method is one transaction and is safe to repeat."""

    async def receive(self, order: Order, at: datetime) -> None:
        """Store a new order as CREATED. The same order again: nothing happens.

        Raises OrderConflict if another order has this id.
        """

    async def refuse(self, order_id: str, problems: Sequence[FieldProblem], at: datetime) -> None:
        """Add an event to the audit log: a malformed order was refused."""

    async def record(self, pending_writes: PendingWrites, *, resolved: ResolvedPolicy | None = None) -> None:
        """Store pending writes, with an event for each, and `resolved`, if given.

        Raises TransitionNotAllowed if a change does not follow from the stored status.
        """

    async def amend(self, wanted: AmendOrder) -> None:
        """Store an order's new content and the pending writes. The same again: nothing happens."""

    async def previous_approvers(self, order: Order) -> tuple[str, ...]:
        """Return the Slack user ids of those who approved the customer's previous approved order."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The row of an order, for lists and for a status when no worker answers."""

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
    """The stored state of an order or a refund whose workflow has ended."""

    status_text: str
    """The status in words that follow the name, such as "was cancelled"."""
    at: datetime
    reason: str | None
    by: str | None
    """The actor of the last decision that counted."""


class OrderReader(Protocol):
    """Reads orders from PostgreSQL, without asking a workflow."""

    async def get(self, order_id: str) -> OrderRow | None:
        """Return the stored order."""

    async def page(
        self, statuses: Sequence[OrderStatus] | None, *, cursor: str | None = None, limit: int = 20
    ) -> OrderPage:
        """Return a page of orders, newest first. Raises ValueError for a cursor from elsewhere."""

    async def history(self, order_id: str) -> tuple[Event, ...]:
        """Return the audit log of one order, oldest first."""

    async def final_state(self, subject: Subject, order_id: str) -> FinalState | None:
        """Return the stored state of the order or its latest refund; None if there is none."""

    async def card_queue_position(self, order_id: str) -> int | None:
        """Return how many calls go to Slack before the one for the order's card; None if it does not wait."""
