"""A payment gateway that hangs, answers too late or unclearly: nothing is charged twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from orchestration.activities.clock import now
from orchestration.activities.error_translation import ErrorTranslationInterceptor
from orchestration.contracts.activities import RefundPayment
from orchestration.contracts.names import payment_id
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.payments import PaymentStatus
from orchestration.ports.services import Charge, UnclearGatewayAnswer, WrongAmountCharged
from orchestration.simulated.ledger import Ledger
from orchestration.simulated.payments import SimulatedPaymentGateway
from orchestration.simulated.unreliable_gateway import Misbehaviour, UnreliablePaymentGateway
from tests.integration.activities.activity_setup import NOTHING, Bench, activity_bench, charge_of
from tests.support.orders import a_small_order

REFUND = RefundPayment(
    payment_id=payment_id("ord-1"), pending_writes=NOTHING.with_change(OrderStatus.CANCELLED, now())
)
ORDER = a_small_order()


class Scripted:
    """Replaces random.Random: each call gets the next misbehaviour, then none."""

    def __init__(self, *troubles: Misbehaviour) -> None:
        self._troubles = list(troubles)

    def random(self) -> float:
        return 0.0 if self._troubles else 1.0

    def choice(self, _: object) -> Misbehaviour:
        return self._troubles.pop(0)


class Watched(SimulatedPaymentGateway):
    """A gateway that counts calls, and charges another amount if a test says so."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.asked: list[str] = []
        self.takes: int | None = None

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        self.asked.append("charge")
        return await super().charge(payment_id, self.takes or amount, currency, method)

    async def find(self, payment_id: str) -> Charge | None:
        self.asked.append("find")
        return await super().find(payment_id)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """The ledger of the gateway."""
    return Ledger(tmp_path / "ledger.sqlite3")


@pytest.fixture
def gateway(ledger: Ledger) -> Watched:
    """The reliable gateway behind the unreliable one."""
    return Watched(ledger)


@pytest.fixture
def script() -> Scripted:
    """No misbehaviour, unless a test plans some."""
    return Scripted()


@pytest.fixture
async def bench(
    database_url: str, ledger: Ledger, gateway: Watched, script: Scripted
) -> AsyncIterator[Bench]:
    """Activities with an order that is ready to be charged."""
    troubled = UnreliablePaymentGateway(gateway, 0.5, script)  # type: ignore[arg-type]
    async with activity_bench(database_url, ledger, troubled) as bench:
        await bench.approved(ORDER)
        yield bench


async def given_up(bench: Bench) -> None:
    """Run an attempt, and stop waiting for its answer."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await bench.payments.charge(charge_of(ORDER))


async def test_a_gateway_that_hangs_is_asked_before_it_is_told_again(
    bench: Bench, gateway: Watched, script: Scripted
) -> None:
    """An attempt that hung before it charged is found out, and the retry charges."""
    script._troubles = [Misbehaviour.HANGS]
    await given_up(bench)
    assert bench.charges() == []
    await bench.payments.charge(charge_of(ORDER))
    assert gateway.asked == ["find", "charge"]
    assert bench.charges() == [(2000, 0, 0)]


async def test_a_charge_that_was_answered_too_late_is_found_and_not_made_again(
    bench: Bench, gateway: Watched, script: Scripted
) -> None:
    """An attempt that charged and answered late is not repeated, even without idempotency keys."""
    script._troubles = [Misbehaviour.ANSWERS_LATE]
    await given_up(bench)
    assert bench.charges() == [(2000, 0, 0)]
    await bench.payments.charge(charge_of(ORDER))
    assert gateway.asked == ["charge", "find"]
    assert await bench.status() is OrderStatus.PAYMENT_CHARGED


async def test_an_answer_without_sense_is_asked_for_again(
    bench: Bench, gateway: Watched, script: Scripted
) -> None:
    """After an unclear answer the payment stays claimed until the gateway answers clearly."""
    script._troubles = [Misbehaviour.ANSWERS_NONSENSE]
    with pytest.raises(UnclearGatewayAnswer):
        await bench.payments.charge(charge_of(ORDER))
    payment = await bench.store.find(payment_id("ord-1"))
    assert payment is not None
    assert payment.status is PaymentStatus.CLAIMED
    await bench.payments.charge(charge_of(ORDER))
    assert gateway.asked == ["charge", "find"]
    payment = await bench.store.find(payment_id("ord-1"))
    assert payment is not None
    assert payment.charge_reference == "ch_pay-ord-1"


async def test_a_wrong_amount_is_not_taken_for_a_charge_and_goes_back(bench: Bench, gateway: Watched) -> None:
    """A charge of another amount fails the order, and its compensation refunds it."""
    gateway.takes = 20_000
    with pytest.raises(WrongAmountCharged, match=r"took 200.00 EUR instead of 20.00 EUR"):
        await bench.payments.charge(charge_of(ORDER))
    assert await bench.payments.refund(REFUND) is True
    assert bench.charges() == [(20_000, 1, 0)]


async def test_a_refund_is_asked_for_until_it_is_understood_and_made_once(
    bench: Bench, script: Scripted
) -> None:
    """A refund happens once, whatever the gateway answers."""
    await bench.payments.charge(charge_of(ORDER))
    script._troubles = [Misbehaviour.ANSWERS_NONSENSE]
    with pytest.raises(UnclearGatewayAnswer):
        await bench.payments.refund(REFUND)
    script._troubles = [Misbehaviour.ANSWERS_LATE]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await bench.payments.refund(REFUND)
    assert await bench.payments.refund(REFUND) is True
    assert bench.charges() == [(2000, 1, 0)]
    assert (await bench.types()).count("payment.refunded") == 1


ANYTHING = ExecuteActivityInput(fn=print, args=(), executor=None, headers={})


class Hanging(ActivityInboundInterceptor):
    """An activity that never ends, as the rest of the interceptor chain."""

    def __init__(self) -> None:
        pass

    async def execute_activity(self, input: ExecuteActivityInput) -> object:
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_try_that_hangs_ends_before_temporal_gives_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hanging attempt ends before Temporal's time limit, with an error that names the activity."""
    chain = ErrorTranslationInterceptor().intercept_activity(Hanging())
    environment = ActivityEnvironment()
    limit = environment.info.start_to_close_timeout
    assert limit is not None
    monkeypatch.setattr("orchestration.activities.error_translation.MARGIN", limit)
    with pytest.raises(ApplicationError, match="had no answer within 0 s"):
        await environment.run(chain.execute_activity, ANYTHING)
