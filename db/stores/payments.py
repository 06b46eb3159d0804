"""Stores the one payment of each order."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg

from db.audit import events
from db.audit.events import NewEvent
from db.pool import ACQUIRE_TIMEOUT, Connection, Pool, transaction
from db.sql import query
from db.stores import order_writes
from db.text import storable
from orchestration.contracts.activities import PendingWrites
from orchestration.domain.errors import OrderConflict, OrderNotFound, TransitionNotAllowed
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.payments import Payment, PaymentStatus

if TYPE_CHECKING:
    from orchestration.ports.payments import PaymentStore

_CLAIM_PAYMENT = query("claim_payment")
_FIND_PAYMENT = query("find_payment")
_FIND_ORDER_STATUS = query("find_order_status")
_MARK = {
    PaymentStatus.CHARGED: query("charge_payment"),
    PaymentStatus.DECLINED: query("decline_payment"),
    PaymentStatus.REFUNDED: query("refund_payment"),
    PaymentStatus.VOIDED: query("void_payment"),
}
_OVER = [status.value for status in OrderStatus if status.is_final]


class PostgresPaymentStore:
    """Implements `orchestration.ports.payments.PaymentStore`.

    Each method raises what writing the pending writes raises.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(
        self, payment_id: str, amount: int, currency: str, pending_writes: PendingWrites
    ) -> Payment:
        """Insert the row unless it exists, and return it as it is stored.

        Raises OrderConflict if it is there for another order, amount or currency, or if the order has another
        payment; OrderNotFound if there is no such order; TransitionNotAllowed if the order has ended unpaid.
        """
        order_id = pending_writes.order_id
        async with transaction(self._pool) as connection:
            await order_writes.lock(connection, order_id)
            await order_writes.write(connection, pending_writes)
            try:
                is_new = await connection.fetchval(
                    _CLAIM_PAYMENT, payment_id, order_id, amount, currency, _OVER
                )
            except asyncpg.UniqueViolationError:
                raise OrderConflict(f"order {order_id} already has another payment") from None
            payment = await _find(connection, payment_id)
            if payment is None:
                status = await connection.fetchval(_FIND_ORDER_STATUS, order_id)
                if status is None:
                    raise OrderNotFound(f"order {order_id} is not stored, so nothing can be charged for it")
                raise TransitionNotAllowed(
                    f"order {order_id} is {status}: nothing is charged for it any more"
                )
            if (payment.order_id, payment.amount, payment.currency) != (order_id, amount, currency):
                raise OrderConflict(
                    f"payment {payment_id} is already there for order {payment.order_id} with "
                    f"{payment.amount} {payment.currency} (minor units)"
                )
            await _tell(connection, order_id, payment_id, PaymentStatus.CLAIMED, {"amount": amount})
            return replace(payment, is_new=is_new is not None)

    async def find(self, payment_id: str) -> Payment | None:
        """Return the payment, if there is one."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            return await _find(connection, payment_id)

    async def mark_charged(self, payment_id: str, reference: str, pending_writes: PendingWrites) -> None:
        """Change CLAIMED to CHARGED; an already charged one stays. Raises TransitionNotAllowed otherwise."""
        await self._mark(payment_id, PaymentStatus.CHARGED, pending_writes, reference=reference)

    async def mark_declined(self, payment_id: str, reason: str, pending_writes: PendingWrites) -> None:
        """Change CLAIMED to DECLINED."""
        await self._mark(payment_id, PaymentStatus.DECLINED, pending_writes, reason=reason)

    async def mark_refunded(self, payment_id: str, reference: str, pending_writes: PendingWrites) -> None:
        """Change CLAIMED or CHARGED to REFUNDED."""
        await self._mark(payment_id, PaymentStatus.REFUNDED, pending_writes, reference=reference)

    async def mark_voided(self, payment_id: str, pending_writes: PendingWrites) -> None:
        """Change CLAIMED to VOIDED. A declined payment, or one that was never claimed, stays."""
        await self._mark(payment_id, PaymentStatus.VOIDED, pending_writes)

    async def _mark(
        self, payment_id: str, to: PaymentStatus, pending_writes: PendingWrites, **said: str
    ) -> None:
        async with transaction(self._pool) as connection:
            await order_writes.lock(connection, pending_writes.order_id)
            await order_writes.write(connection, pending_writes)
            values = map(storable, said.values())
            if await connection.fetchval(_MARK[to], payment_id, *values):
                await _tell(connection, pending_writes.order_id, payment_id, to, said)
                return
            payment = await _find(connection, payment_id)
            status = payment.status if payment else None
            if status is to or (to is PaymentStatus.VOIDED and status in {None, PaymentStatus.DECLINED}):
                return
            stands = status or "not claimed"
            raise TransitionNotAllowed(f"payment {payment_id} is {stands}, and cannot become {to}")


async def _find(connection: Connection, payment_id: str) -> Payment | None:
    row = await connection.fetchrow(_FIND_PAYMENT, payment_id)
    return None if row is None else Payment(**{**row, "status": PaymentStatus(row["status"])})


async def _tell(
    connection: Connection,
    order_id: str,
    payment_id: str,
    status: PaymentStatus,
    said: Mapping[str, object],
) -> None:
    name = f"payment.{status}"
    detail = {"payment_id": payment_id, **said}
    await events.append(connection, order_id, [NewEvent(name, name, detail=detail)])


if TYPE_CHECKING:

    def _implements(store: PostgresPaymentStore) -> PaymentStore:
        return store
