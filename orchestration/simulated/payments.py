"""A simulated payment gateway."""

import sqlite3

from orchestration.domain.currency import format_amount
from orchestration.ports.services import Charge, PaymentDeclined
from orchestration.simulated.ledger import Ledger, record_movement

DECLINED_METHOD = "pm_card_declined"
"""A payment method that is always declined."""

HIGHEST_CHARGE = 10**10
"""Largest amount of one charge, in minor units."""


class SimulatedPaymentGateway:
    """Charges and refunds each payment id once, whichever process asks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def check(self, amount: int, currency: str) -> str | None:
        """Return why an amount cannot be charged, or None."""
        if amount > HIGHEST_CHARGE:
            return f"{format_amount(amount, currency)} is more than the payment gateway takes at once"
        return None

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        """Charge once. Raises PaymentDeclined for `DECLINED_METHOD`, and for an id that is closed."""

        def book(db: sqlite3.Connection) -> None:
            taken = db.execute(
                "INSERT INTO charges (payment_id, amount, currency, charged_at)"
                " VALUES (?, ?, ?, datetime('now')) ON CONFLICT DO NOTHING",
                (payment_id, amount, currency),
            )
            (closed,) = db.execute(
                "SELECT closed_at IS NOT NULL FROM charges WHERE payment_id = ?", (payment_id,)
            ).fetchone()
            if closed:
                raise PaymentDeclined("this payment was closed before it was charged")
            effective = taken.rowcount == 1
            record_movement(db, "charge", payment_id, effective=effective, amount=amount, currency=currency)

        if method == DECLINED_METHOD:
            raise PaymentDeclined("declined by the bank")
        await self._ledger.run(book)
        return Charge(f"ch_{payment_id}", amount, currency)

    async def find(self, payment_id: str) -> Charge | None:
        """Return the charge with this id, or None."""

        def look(db: sqlite3.Connection) -> Charge | None:
            row = db.execute(
                "SELECT amount, currency FROM charges WHERE payment_id = ? AND charged_at IS NOT NULL",
                (payment_id,),
            ).fetchone()
            return None if row is None else Charge(f"ch_{payment_id}", *row)

        return await self._ledger.run(look)

    async def refund(self, payment_id: str) -> str | None:
        """Refund once, and return the reference. If nothing was charged, close the id and return None."""

        def book(db: sqlite3.Connection) -> bool:
            changed = db.execute(
                "INSERT INTO charges (payment_id, closed_at) VALUES (?, datetime('now'))"
                " ON CONFLICT DO UPDATE SET refunded_at = datetime('now')"
                " WHERE charged_at IS NOT NULL AND refunded_at IS NULL",
                (payment_id,),
            )
            charged, amount, currency = db.execute(
                "SELECT charged_at IS NOT NULL, amount, currency FROM charges WHERE payment_id = ?",
                (payment_id,),
            ).fetchone()
            effective = bool(charged) and changed.rowcount == 1
            record_movement(db, "refund", payment_id, effective=effective, amount=amount, currency=currency)
            return bool(charged)

        return f"re_{payment_id}" if await self._ledger.run(book) else None
