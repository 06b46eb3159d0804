"""A payment gateway that sometimes hangs, answers too late, or gives unclear answers."""

import asyncio
import random
from enum import Enum, auto

from orchestration.contracts.activity_options import START_TO_CLOSE
from orchestration.ports.services import Charge, PaymentGateway


class Misbehaviour(Enum):
    """What goes wrong with a call."""

    HANGS = auto()
    """Nothing is done, and the call never returns in time."""
    ANSWERS_LATE = auto()
    """The call has its effect, and answers only after the caller has given up."""
    ANSWERS_NONSENSE = auto()
    """The call has its effect, and the answer lacks the reference."""


class UnreliablePaymentGateway:
    """Wraps a `PaymentGateway`, and lets a share of the calls go wrong: `rate`, from 0 to 1."""

    def __init__(self, inner: PaymentGateway, rate: float, source: random.Random | None = None) -> None:
        self._inner = inner
        self._rate = rate
        self._source = source or random.Random()  # noqa: S311 - nothing secret is drawn  # nosec B311

    async def check(self, amount: int, currency: str) -> str | None:
        """Answer reliably, since a check has no effect."""
        return await self._inner.check(amount, currency)

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        """Charge. May hang before or after, and may return a charge without a reference."""
        trouble = await self._before()
        charge = await self._inner.charge(payment_id, amount, currency, method)
        await self._after(trouble)
        return charge if trouble is None else Charge("", amount, currency)

    async def find(self, payment_id: str) -> Charge | None:
        """Return the charge. May hang, and is never wrong."""
        trouble = await self._before()
        await self._after(trouble)
        return await self._inner.find(payment_id)

    async def refund(self, payment_id: str) -> str | None:
        """Refund. May hang before or after, and may return an empty reference."""
        trouble = await self._before()
        reference = await self._inner.refund(payment_id)
        await self._after(trouble)
        return reference if trouble is None else ""

    async def _before(self) -> Misbehaviour | None:
        trouble = self._source.choice(list(Misbehaviour)) if self._source.random() < self._rate else None
        if trouble is Misbehaviour.HANGS:
            await _hang()
        return trouble

    async def _after(self, trouble: Misbehaviour | None) -> None:
        if trouble is Misbehaviour.ANSWERS_LATE:
            await _hang()


async def _hang() -> None:
    await asyncio.sleep(2 * START_TO_CLOSE.total_seconds())
    raise ConnectionError("the payment gateway closed the connection")
