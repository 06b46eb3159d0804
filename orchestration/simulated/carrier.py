"""A simulated carrier."""

import sqlite3

from orchestration.ports.services import AddressRefused
from orchestration.simulated.ledger import Ledger, record_movement

REFUSED_ADDRESS = "nowhere"
"""The carrier refuses parcels to an address that contains this word, at the handover."""


class SimulatedCarrier:
    """Accepts the parcel of each order once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def prepare(self, order_id: str, ship_to: str, lines: int) -> None:  # noqa: ARG002
        """Store the address of the parcel."""

        def book(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO parcels (order_id, ship_to, prepared_at) VALUES (?, ?, datetime('now'))"
                " ON CONFLICT DO NOTHING",
                (order_id, ship_to),
            )

        await self._ledger.run(book)

    async def dispatch(self, order_id: str) -> str:
        """Accept the parcel, and return its tracking number. Raises AddressRefused."""

        def book(db: sqlite3.Connection) -> None:
            row = db.execute("SELECT ship_to FROM parcels WHERE order_id = ?", (order_id,)).fetchone()
            if row is None:
                raise AddressRefused("no package was prepared for this order")
            if REFUSED_ADDRESS in row[0].lower():
                raise AddressRefused("the carrier does not deliver to this address")
            taken = db.execute(
                "UPDATE parcels SET dispatched_at = datetime('now')"
                " WHERE order_id = ? AND dispatched_at IS NULL",
                (order_id,),
            )
            record_movement(db, "dispatch", order_id, effective=taken.rowcount == 1)

        await self._ledger.run(book)
        return f"TRK-{order_id.upper()}"
