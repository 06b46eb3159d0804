"""Payments: one for each order, charged once, refunded once."""

import asyncio

import asyncpg
import pytest

from db.pool import Pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore
from orchestration.contracts.activities import PendingWrites
from orchestration.domain.errors import OrderConflict, OrderNotFound, TransitionNotAllowed
from orchestration.ports.payments import PaymentStatus
from tests.integration.db.builders import NOON, TO_PENDING, S, order, pending_writes

PAY = "pay-A-1"
NOTHING = pending_writes()
CHARGED = pending_writes(*TO_PENDING, S.APPROVED).with_change(S.PAYMENT_CHARGED, NOON)


@pytest.fixture
async def approved(orders: PostgresOrderStore) -> PendingWrites:
    """A received order; what its workflow decided comes with the claim."""
    await orders.receive(order(), NOON)
    return pending_writes(*TO_PENDING, S.APPROVED)


@pytest.fixture
async def claimed(payments: PostgresPaymentStore, approved: PendingWrites) -> None:
    await payments.claim(PAY, 2500, "EUR", approved)


async def events(reader: PostgresOrderReader) -> list[str]:
    return [each.type for each in await reader.history("A-1") if each.type.startswith("payment.")]


async def status(payments: PostgresPaymentStore) -> PaymentStatus | None:
    payment = await payments.find(PAY)
    return payment.status if payment else None


async def test_a_claim_stores_the_row_and_the_journal_once(
    payments: PostgresPaymentStore, reader: PostgresOrderReader, approved: PendingWrites
) -> None:
    """Eight tries at once get the same row."""
    assert await payments.find(PAY) is None
    rows = await asyncio.gather(*(payments.claim(PAY, 2500, "EUR", approved) for _ in range(8)))
    assert {row.status for row in rows} == {PaymentStatus.CLAIMED}
    assert {(row.order_id, row.amount, row.currency) for row in rows} == {("A-1", 2500, "EUR")}
    row = await reader.get("A-1")
    assert row is not None
    assert row.status is S.APPROVED
    assert await events(reader) == ["payment.claimed"]


@pytest.mark.parametrize(("amount", "currency"), [(2501, "EUR"), (2500, "USD")])
async def test_a_claim_of_something_else_is_refused(
    payments: PostgresPaymentStore, claimed: None, amount: int, currency: str
) -> None:
    """The id is the key at the gateway: another amount under it would be a mistake."""
    with pytest.raises(OrderConflict, match="2500 EUR"):
        await payments.claim(PAY, amount, currency, NOTHING)


async def test_an_order_has_one_payment(payments: PostgresPaymentStore, claimed: None) -> None:
    """Whatever id a second one has."""
    with pytest.raises(OrderConflict, match="another payment"):
        await payments.claim("pay-again", 2500, "EUR", NOTHING)


async def test_an_order_that_is_not_stored_or_has_ended_is_not_charged(
    payments: PostgresPaymentStore, orders: PostgresOrderStore, approved: PendingWrites
) -> None:
    """A try that wakes up after the cancel finds the door shut."""
    with pytest.raises(OrderNotFound):
        await payments.claim("pay-B", 2500, "EUR", pending_writes(order_id="B"))
    await orders.record(approved.with_change(S.CANCELLED, NOON))
    with pytest.raises(TransitionNotAllowed, match="A-1 is CANCELLED"):
        await payments.claim(PAY, 2500, "EUR", approved)
    assert await payments.find(PAY) is None


async def test_charged_once_refunded_once(
    payments: PostgresPaymentStore, reader: PostgresOrderReader, claimed: None
) -> None:
    """Repeated at once and later, nothing changes; the first reference stays."""
    await asyncio.gather(*(payments.mark_charged(PAY, "ch_1", CHARGED) for _ in range(4)))
    await payments.mark_charged(PAY, "ch_2", CHARGED)
    await asyncio.gather(*(payments.mark_refunded(PAY, "re_1", NOTHING) for _ in range(4)))
    await payments.mark_refunded(PAY, "", NOTHING)
    payment = await payments.find(PAY)
    assert payment is not None
    assert (payment.status, payment.charge_reference, payment.refund_reference) == (
        PaymentStatus.REFUNDED,
        "ch_1",
        "re_1",
    )
    assert await events(reader) == ["payment.claimed", "payment.charged", "payment.refunded"]
    with pytest.raises(TransitionNotAllowed, match="is refunded, and cannot become charged"):
        await payments.mark_charged(PAY, "ch_1", CHARGED)


async def test_a_charge_whose_answer_was_lost_can_be_refunded(
    payments: PostgresPaymentStore, claimed: None
) -> None:
    """Claimed, then refunded: there is no reference of the charge."""
    await payments.mark_refunded(PAY, "re_1", NOTHING)
    payment = await payments.find(PAY)
    assert payment is not None
    assert (payment.status, payment.charge_reference) == (PaymentStatus.REFUNDED, None)


async def test_a_declined_payment_stays_declined(
    payments: PostgresPaymentStore, reader: PostgresOrderReader, claimed: None
) -> None:
    """It is neither charged nor refunded; to void it is to say what is true already."""
    await payments.mark_declined(PAY, "no \x00 funds", NOTHING)
    await payments.mark_declined(PAY, "no funds", NOTHING)
    for mark in (payments.mark_charged, payments.mark_refunded):
        with pytest.raises(TransitionNotAllowed):
            await mark(PAY, "x", NOTHING)
    await payments.mark_voided(PAY, pending_writes(S.CANCELLED))
    assert await status(payments) is PaymentStatus.DECLINED
    assert await events(reader) == ["payment.claimed", "payment.declined"]
    assert (await reader.history("A-1"))[-1].type == "status.CANCELLED"


async def test_a_voided_payment_is_never_charged(
    payments: PostgresPaymentStore, reader: PostgresOrderReader, claimed: None
) -> None:
    """Nothing was taken, and nothing will be."""
    await payments.mark_voided(PAY, NOTHING)
    await payments.mark_voided(PAY, NOTHING)
    with pytest.raises(TransitionNotAllowed, match="is voided"):
        await payments.mark_charged(PAY, "ch_1", CHARGED)
    row = await reader.get("A-1")
    assert row is not None
    assert row.status is S.APPROVED, "the journal of a refused step is not stored either"


async def test_what_was_charged_cannot_be_voided_or_declined(
    payments: PostgresPaymentStore, claimed: None
) -> None:
    """Only refunded."""
    await payments.mark_charged(PAY, "ch_1", CHARGED)
    with pytest.raises(TransitionNotAllowed, match="is charged, and cannot become voided"):
        await payments.mark_voided(PAY, NOTHING)
    with pytest.raises(TransitionNotAllowed, match="is charged, and cannot become declined"):
        await payments.mark_declined(PAY, "late", NOTHING)


async def test_a_payment_that_was_never_claimed(
    payments: PostgresPaymentStore, approved: PendingWrites
) -> None:
    """Voiding it stores the journal; anything else is refused."""
    await payments.mark_voided(PAY, approved)
    assert await payments.find(PAY) is None
    with pytest.raises(TransitionNotAllowed, match="is not claimed"):
        await payments.mark_charged(PAY, "ch_1", NOTHING)


async def test_of_a_charge_and_a_void_that_race_one_wins(
    payments: PostgresPaymentStore, claimed: None
) -> None:
    """The other is refused."""
    answers = await asyncio.gather(
        payments.mark_charged(PAY, "ch_1", CHARGED),
        payments.mark_voided(PAY, NOTHING),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "TransitionNotAllowed"]


async def test_the_database_itself_refuses_a_payment_that_does_not_add_up(
    payments: PostgresPaymentStore, owner_pool: Pool, claimed: None
) -> None:
    """A charge without a reference, a change of a settled fact, a reference without a charge."""
    for change in (
        "status = 'charged'",
        "status = 'refunded', refunded_at = now()",
        "charge_reference = 'ch'",
        "status = 'claimed', amount = 1",
        "status = 'voided', voided_at = now(), charge_reference = 'ch', charged_at = now()",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner_pool.execute(f"UPDATE payments SET {change}")  # noqa: S608 - from the list above
