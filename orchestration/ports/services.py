"""Interfaces of the external services: a payment gateway and a carrier.

`orchestration/simulated/` has simulated ones.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge, as the gateway reports it; `amount` is in minor units."""

    reference: str
    amount: int
    currency: str


class UnclearGatewayAnswer(Exception):
    """The gateway's answer cannot be understood, so whether it charged has to be queried."""


class WrongAmountCharged(Exception):
    """The gateway charged a wrong amount, which has to be refunded."""


class PaymentDeclined(Exception):
    """The gateway declined the charge; a retry would not help."""


class PaymentGateway(Protocol):
    """A payment service with idempotency keys."""

    async def check(self, amount: int, currency: str) -> str | None:
        """Return why the gateway does not accept this amount or currency; None if it does."""

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        """Charge once for each payment_id, however often it is called. Raises PaymentDeclined.

        After any other error, or without an answer, the payment may or may not have been charged.
        """

    async def find(self, payment_id: str) -> Charge | None:
        """Return what was charged under this payment_id; None if nothing was.

        Called before a charge is repeated: a gateway may forget its idempotency keys after a day.
        """

    async def refund(self, payment_id: str) -> str | None:
        """Refund the charge of this payment_id, once, and return the refund's reference.

        None if nothing was charged; then this payment_id cannot be charged any more.
        """


class AddressRefused(Exception):
    """The carrier does not deliver to the address."""


class Carrier(Protocol):
    """A carrier with idempotent bookings."""

    async def prepare(self, order_id: str, ship_to: str, lines: int) -> None:
        """Prepare the package. Raises AddressRefused."""

    async def dispatch(self, order_id: str) -> str:
        """Hand the package to the carrier, once for each order, and return the tracking number.

        Raises AddressRefused.
        """
