"""Activities on real PostgreSQL and simulated services: retried, interrupted, and out of order."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orchestration.activities.clock import now
from orchestration.contracts.activities import ReceiveOrder, RefundPayment, ShipOrder, ValidateOrder
from orchestration.contracts.names import payment_id
from orchestration.domain.errors import OrderRefused
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.payments import PaymentStatus
from orchestration.ports.services import AddressRefused, Charge, PaymentDeclined
from orchestration.simulated.ledger import Ledger
from orchestration.simulated.payments import DECLINED_METHOD, HIGHEST_CHARGE, SimulatedPaymentGateway
from tests.integration.activities.activity_setup import NOTHING, Bench, activity_bench, charge_of
from tests.support.orders import a_small_order, an_order, raw_order


class CutOff(Exception):
    """Stands for the death of the process at this point."""


class LostAnswers(SimulatedPaymentGateway):
    """A gateway whose answer is lost after the call has had its effect."""

    lost = True

    async def charge(self, payment_id: str, amount: int, currency: str, method: str) -> Charge:
        charge = await super().charge(payment_id, amount, currency, method)
        if self.lost:
            raise CutOff
        return charge

    async def refund(self, payment_id: str) -> str | None:
        reference = await super().refund(payment_id)
        if self.lost:
            raise CutOff
        return reference


@pytest.fixture
def gateway(tmp_path: Path) -> LostAnswers:
    """The gateway, which answers unless a test makes it lose its answers."""
    gateway = LostAnswers(Ledger(tmp_path / "ledger.sqlite3"))
    gateway.lost = False
    return gateway


@pytest.fixture
async def bench(database_url: str, tmp_path: Path, gateway: LostAnswers) -> AsyncIterator[Bench]:
    """A new set of activities, on a database of its own."""
    async with activity_bench(database_url, Ledger(tmp_path / "ledger.sqlite3"), gateway) as bench:
        yield bench


REFUND = RefundPayment(
    payment_id=payment_id("ord-1"), pending_writes=NOTHING.with_change(OrderStatus.CANCELLED, now())
)


async def test_repeated_steps_leave_one_trace(bench: Bench) -> None:
    """Every event is stored once, in order."""
    await bench.approved(an_order())
    assert await bench.types() == [
        "order.received",
        "status.VALIDATED",
        "policy.resolved",
        "status.PENDING_MANUAL_APPROVAL",
    ]


async def test_a_charge_whose_answer_was_lost_is_not_charged_again(
    bench: Bench, gateway: LostAnswers
) -> None:
    """The retry finds the claimed row, and the gateway finds the charge by its id."""
    order = a_small_order()
    await bench.approved(order)
    gateway.lost = True
    with pytest.raises(CutOff):
        await bench.payments.charge(charge_of(order))
    payment = await bench.store.find("pay-ord-1")
    assert payment is not None
    assert payment.status is PaymentStatus.CLAIMED
    gateway.lost = False
    for _ in range(2):
        await bench.payments.charge(charge_of(order))
    assert bench.charges() == [(2000, 0, 0)]
    assert await bench.status() is OrderStatus.PAYMENT_CHARGED
    assert (await bench.types()).count("payment.charged") == 1


async def test_a_decline_is_remembered(bench: Bench) -> None:
    """A retry does not call the gateway again."""
    order = a_small_order(payment_method=DECLINED_METHOD)
    await bench.approved(order)
    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            await bench.payments.charge(charge_of(order))
    assert bench.charges() == []
    assert await bench.payments.refund(REFUND) is False
    assert (await bench.types()).count("payment.declined") == 1


async def test_an_unknown_charge_is_asked_about_and_given_back(bench: Bench, gateway: LostAnswers) -> None:
    """A charge whose answer was lost is refunded when the order is cancelled, once despite retries."""
    order = a_small_order()
    await bench.approved(order)
    gateway.lost = True
    with pytest.raises(CutOff):
        await bench.payments.charge(charge_of(order))
    with pytest.raises(CutOff):
        await bench.payments.refund(REFUND)
    gateway.lost = False
    assert [await bench.payments.refund(REFUND), await bench.payments.refund(REFUND)] == [True, True]
    assert bench.charges() == [(2000, 1, 0)]
    assert await bench.status() is OrderStatus.CANCELLED
    assert (await bench.types()).count("payment.refunded") == 1


async def test_what_was_never_charged_is_closed_for_good(bench: Bench, gateway: LostAnswers) -> None:
    """A late charge of an attempt that had timed out is refused."""
    order = a_small_order()
    await bench.approved(order)
    await bench.store.claim("pay-ord-1", order.amount, order.currency, NOTHING)
    assert await bench.payments.refund(REFUND) is False
    assert bench.charges() == [(None, 0, 1)]
    with pytest.raises(PaymentDeclined):
        await gateway.charge("pay-ord-1", 2000, "EUR", "pm_card")
    assert await bench.status() is OrderStatus.CANCELLED


async def test_shipping_steps_may_be_repeated(bench: Bench) -> None:
    """Retries give one parcel, and one event for each status."""
    order = a_small_order()
    await bench.approved(order)
    await bench.payments.charge(charge_of(order))
    parcel = ShipOrder(order_id="ord-1", customer="C", ship_to=order.ship_to, lines=1, pending_writes=NOTHING)
    for _ in range(2):
        await bench.shipping.prepare(parcel)
    assert await bench.status() is OrderStatus.SHIPPING
    tracking = {(await bench.shipping.dispatch(parcel)).tracking for _ in range(2)}
    assert tracking == {"TRK-ORD-1"}
    assert await bench.status() is OrderStatus.SHIPPED
    assert (await bench.types())[-2:] == ["status.SHIPPING", "status.SHIPPED"]


async def test_the_carrier_refuses_an_address(bench: Bench) -> None:
    """The carrier refuses the address at the handover."""
    order = a_small_order(ship_to="1 Nowhere Lane")
    await bench.approved(order)
    await bench.payments.charge(charge_of(order))
    parcel = ShipOrder(order_id="ord-1", customer="C", ship_to=order.ship_to, lines=1, pending_writes=NOTHING)
    await bench.shipping.prepare(parcel)
    with pytest.raises(AddressRefused):
        await bench.shipping.dispatch(parcel)


@pytest.mark.parametrize(
    ("order_id", "raw", "field"),
    [
        ("ord-1", raw_order(lines=[]), "lines"),
        ("ord-2", raw_order(), "order_id"),
        ("ord-1", "rubbish", "order"),
    ],
)
async def test_a_malformed_order_is_refused_and_audited(
    bench: Bench, order_id: str, raw: object, field: str
) -> None:
    """A malformed order gets no row, but an event with the reason."""
    with pytest.raises(OrderRefused) as refused:
        await bench.orders.receive(ReceiveOrder(order_id=order_id, order=raw))
    assert [problem.field for problem in refused.value.problems] == [field]
    assert await bench.reader.get(order_id) is None
    (event,) = await bench.reader.history(order_id)
    assert event.type == "order.refused"


async def test_another_order_under_the_same_id_is_refused(bench: Bench) -> None:
    """Another order under the same id is refused; the stored one stays as it is."""
    await bench.approved(an_order())
    other = raw_order(customer="Somebody else")
    with pytest.raises(OrderRefused):
        await bench.orders.receive(ReceiveOrder(order_id="ord-1", order=other))
    row = await bench.reader.get("ord-1")
    assert row is not None
    assert row.order == an_order()


async def test_an_order_that_nobody_could_pay_is_refused(bench: Bench) -> None:
    """An order that cannot be paid is refused before anybody is asked to approve it."""
    line = {"sku": "JET-1", "description": "Jet", "quantity": 1, "unit_price": HIGHEST_CHARGE + 1}
    order = an_order(lines=[line])
    await bench.orders.receive(ReceiveOrder(order_id="ord-1", order=order.model_dump(mode="json")))
    with pytest.raises(OrderRefused, match="more than the payment gateway takes"):
        await bench.orders.validate(ValidateOrder(order=order, pending_writes=NOTHING))
