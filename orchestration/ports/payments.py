"""Interfaces of the stores of payments and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from orchestration.contracts.activities import PendingWrites, ResolvedPolicy
from orchestration.domain.errors import FieldProblem
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.refund.refund import RefundRequest


class PaymentStatus(StrEnum):
    """Status of a payment's row. CLAIMED: a charge was started, and its result is not stored yet."""

    CLAIMED = "claimed"
    CHARGED = "charged"
    DECLINED = "declined"
    REFUNDED = "refunded"
    VOIDED = "voided"
    """Nothing was charged, and nothing will be."""


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
    """Whether this call inserted the row, so that nobody has called the gateway yet."""


class PaymentStore(Protocol):
    """The table `payments`: one row for each payment_id. Each method is one transaction, safe to repeat.

    `pending_writes` is stored in the same transaction.
    """

    async def claim(
        self, payment_id: str, amount: int, currency: str, pending_writes: PendingWrites
    ) -> Payment:
        """Insert the row unless it exists, and return the stored row."""

    async def find(self, payment_id: str) -> Payment | None:
        """Return the row, if there is one."""

    async def mark_charged(self, payment_id: str, reference: str, pending_writes: PendingWrites) -> None:
        """CLAIMED -> CHARGED. Already charged: nothing happens. Raises TransitionNotAllowed otherwise."""

    async def mark_declined(self, payment_id: str, reason: str, pending_writes: PendingWrites) -> None:
        """CLAIMED -> DECLINED."""

    async def mark_refunded(self, payment_id: str, reference: str, pending_writes: PendingWrites) -> None:
        """CLAIMED or CHARGED -> REFUNDED."""

    async def mark_voided(self, payment_id: str, pending_writes: PendingWrites) -> None:
        """CLAIMED -> VOIDED."""


@dataclass(frozen=True, slots=True)
class Refundable:
    """An order with the status of its payment; None: there is no payment."""

    order: Order
    status: OrderStatus
    payment: PaymentStatus | None


class RefundStore(Protocol):
    """Stores refunds of shipped orders. Each method is one transaction and is safe to repeat."""

    async def find_refundable(self, order_id: str) -> Refundable | None:
        """Return the order with the status of its payment; None if there is no such order."""

    async def open(
        self, refund_id: str, request: RefundRequest, resolved: ResolvedPolicy, at: datetime
    ) -> None:
        """Store a new refund as REQUESTED. The same again: nothing happens."""

    async def refuse(
        self, refund_id: str, order_id: str, problems: Sequence[FieldProblem], at: datetime
    ) -> None:
        """Add an event to the audit log: a refund was refused. The same again: nothing happens."""

    async def approvers_of(self, order_id: str) -> tuple[str, ...]:
        """Return the Slack user ids of those who approved the order."""
