"""A payment gateway on a bad day: it hangs, answers too late, or answers nonsense."""

import asyncio
import random
from enum import Enum, auto

from orchestration.contracts.activity_options import START_TO_CLOSE
from orchestration.ports.services import Charge, PaymentGateway


class Misbehaviour(Enum):
    """What goes wrong with one call."""

    HANGS = auto()
    """Nothing was done, and no answer comes."""
    ANSWERS_LATE = auto()
    """It was done; the answer comes when nobody waits for it any more."""
    ANSWERS_NONSENSE = auto()
    """It was done, and the answer does not say so."""


class UnreliablePaymentGateway:
    """Implements `PaymentGateway` with another one, and gets `rate` (0 to 1) of the calls into trouble."""

    def __init__(self, inner: PaymentGateway, rate: float, source: random.Random | None = None) -> None:
        self._inner = inner
        self._rate = rate
        self._source = source or random.Random()  # noqa: S311 - nothing secret is drawn  # nosec B311

    async def check(self, amount: int, currency: str) -> str | None:
        """Answer well: nothing hangs on it."""
        return await self._inner.check(amount, currency)

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        """Charge, perhaps, and say so, perhaps."""
        trouble = await self._before()
        charge = await self._inner.charge(payment_id, amount, currency, method)
        await self._after(trouble)
        return charge if trouble is None else Charge("", amount, currency)

    async def find(self, payment_id: str) -> Charge | None:
        """Answer, perhaps, and truthfully if so."""
        trouble = await self._before()
        await self._after(trouble)
        return await self._inner.find(payment_id)

    async def refund(self, payment_id: str) -> str | None:
        """Refund, perhaps, and say so, perhaps."""
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
