"""What the activities need from the outside world: a payment gateway and a carrier.

`orchestration/simulated/` has stand-ins for both.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Charge:
    """What the gateway says it charged; amount in minor units."""

    reference: str
    amount: int
    currency: str


class UnclearGatewayAnswer(Exception):
    """The gateway's answer makes no sense: what it did has to be asked for."""


class WrongAmountCharged(Exception):
    """The gateway took another amount than it was asked to: it has to go back."""


class PaymentDeclined(Exception):
    """The gateway refused the charge for good."""


class PaymentGateway(Protocol):
    """A payment service with idempotency keys."""

    async def check(self, amount: int, currency: str) -> str | None:
        """Return why this amount could never be charged; None if it could."""

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        """Charge once for each payment_id, however often called. Raises PaymentDeclined.

        What else it raises, or that it does not answer, says nothing about whether it has charged.
        """

    async def find(self, payment_id: str) -> Charge | None:
        """Return what was charged under this payment_id; None if nothing was.

        Asked before a charge is repeated: a gateway may forget its idempotency keys after a day.
        """

    async def refund(self, payment_id: str) -> str | None:
        """Give back the charge of this payment_id, once, and return the refund's reference.

        None if nothing was charged; from then on this payment_id can never be charged.
        """


class AddressRefused(Exception):
    """The carrier will not deliver there."""


class Carrier(Protocol):
    """A carrier with idempotent bookings."""

    async def prepare(self, order_id: str, ship_to: str, lines: int) -> None:
        """Get the package ready. Raises AddressRefused."""

    async def dispatch(self, order_id: str) -> str:
        """Hand the package over, once for each order, and return the tracking number.

        Raises AddressRefused.
        """
