"""A refund is opened once, its status follows the transitions, and audit events name the refund."""

import asyncpg
import pytest

from db.pool import Pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore
from db.stores.refunds import PostgresRefundStore
from orchestration.contracts.activities import PendingWrites, ResolvedPolicy
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import TRANSITIONS, RefundRequest, RefundStatus, RefundStep
from orchestration.ports.payments import PaymentStatus
from tests.integration.db.builders import NOON, TO_CHARGED, TO_PENDING, S, at, judged, order, pending_writes
from tests.support.policy import a_tier

REFUND_ID = "A-1.abcdef12"
REQUEST = RefundRequest(order_id="A-1", requester="U1", reason="It arrived broken; -- '\"")
RESOLVED = ResolvedPolicy(tier=a_tier("U2"), resolved_at=at(30), deadline=at(90), digest="e" * 64)


@pytest.fixture
def refunds(pool: Pool) -> PostgresRefundStore:
    return PostgresRefundStore(pool)


@pytest.fixture
async def shipped(orders: PostgresOrderStore, payments: PostgresPaymentStore) -> None:
    """Order A-1, approved by U2, paid and shipped."""
    await orders.receive(order(), NOON)
    await orders.record(pending_writes(*TO_PENDING))
    approval = PendingWrites(order_id="A-1", judged=(judged(VerdictKind.RECORDED),))
    await orders.record(approval)
    await orders.record(pending_writes(*TO_PENDING, S.APPROVED))
    await payments.claim("pay-A-1", 2500, "EUR", PendingWrites(order_id="A-1"))
    await payments.mark_charged("pay-A-1", "ch_1", pending_writes(*TO_CHARGED))
    await orders.record(pending_writes(*TO_CHARGED, S.SHIPPING, S.SHIPPED))


def steps(*to: RefundStatus) -> PendingWrites:
    """These steps of the refund, a minute apart."""
    taken = tuple(RefundStep(to=status, at=at(40 + minute)) for minute, status in enumerate(to))
    return PendingWrites(order_id="A-1", refund_id=REFUND_ID, refund_steps=taken)


@pytest.mark.usefixtures("shipped")
async def test_what_can_be_refunded_is_seen(refunds: PostgresRefundStore) -> None:
    """The order, how it is paid, and who approved it."""
    found = await refunds.find_refundable("A-1")
    assert found is not None
    assert (found.order, found.status, found.payment) == (order(), S.SHIPPED, PaymentStatus.CHARGED)
    assert await refunds.find_refundable("B-1") is None
    assert await refunds.approvers_of("A-1") == ("U2",)


@pytest.mark.usefixtures("shipped")
async def test_a_refund_is_stored_once_and_its_events_bear_its_id(
    refunds: PostgresRefundStore,
    orders: PostgresOrderStore,
    payments: PostgresPaymentStore,
    reader: PostgresOrderReader,
    pool: Pool,
) -> None:
    """However often each step is repeated; decisions of the refund are not those of the order."""
    for _ in range(2):
        await refunds.open(REFUND_ID, REQUEST, RESOLVED, at(30))
        await orders.record(steps(RefundStatus.PENDING_MANUAL_APPROVAL))
        yes = judged(VerdictKind.RECORDED, decision_id="yes", minute=41)
        await orders.record(PendingWrites(order_id="A-1", refund_id=REFUND_ID, judged=(yes,)))
        approved = steps(RefundStatus.PENDING_MANUAL_APPROVAL, RefundStatus.APPROVED)
        await payments.mark_refunded("pay-A-1", "re_1", approved)
        done = (*(step.to for step in approved.refund_steps), RefundStatus.REFUNDED)
        await orders.record(steps(*done))
    row = await pool.fetchrow("SELECT status::text, tier, reason FROM refunds")
    assert row is not None
    assert tuple(row) == ("REFUNDED", "500 and more", REQUEST.reason)
    events = [event for event in await reader.history("A-1") if event.detail.get("refund_id") == REFUND_ID]
    assert [event.type for event in events] == [
        "refund.requested",
        "policy.resolved",
        "refund.PENDING_MANUAL_APPROVAL",
        "decision.recorded",
        "refund.APPROVED",
        "refund.REFUNDED",
    ]
    subjects = await pool.fetch("SELECT subject, count(*) FROM decisions GROUP BY subject ORDER BY subject")
    assert [tuple(each) for each in subjects] == [("order", 1), ("refund", 1)]
    assert await refunds.approvers_of("A-1") == ("U2",)


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("current", RefundStatus)
@pytest.mark.parametrize("to", RefundStatus)
async def test_the_database_has_the_same_table_of_steps(
    refunds: PostgresRefundStore, owner_pool: Pool, current: RefundStatus, to: RefundStatus
) -> None:
    """Also for whoever repairs a row by hand."""
    await refunds.open(REFUND_ID, REQUEST, RESOLVED, at(30))
    async with owner_pool.acquire() as connection, connection.transaction():
        await connection.execute("ALTER TABLE refunds DISABLE TRIGGER refunds_guard_status")
        await connection.execute("UPDATE refunds SET status = $1::text::refund_status", current)
        await connection.execute("ALTER TABLE refunds ENABLE TRIGGER refunds_guard_status")
        move = connection.execute("UPDATE refunds SET status = $1::text::refund_status", to)
        if to is current or to in TRANSITIONS[current]:
            await move
        else:
            with pytest.raises(asyncpg.CheckViolationError):
                await move
            return


@pytest.mark.usefixtures("shipped")
async def test_how_an_order_and_its_refund_stand_is_read(
    refunds: PostgresRefundStore, orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Each with whoever decided it last; for those who click when it is over."""
    order_ended = await reader.final_state(Subject.ORDER, "A-1")
    assert order_ended is not None
    assert (order_ended.status_text, order_ended.by) == ("has been shipped", "U2")
    assert await reader.final_state(Subject.REFUND, "A-1") is None
    assert await reader.final_state(Subject.ORDER, "B-1") is None
    await refunds.open(REFUND_ID, REQUEST, RESOLVED, at(30))
    await orders.record(steps(RefundStatus.PENDING_MANUAL_APPROVAL))
    turned_down = RefundStep(to=RefundStatus.CANCELLED, at=at(50), reason="they broke it")
    no = judged(VerdictKind.RECORDED, decision_id="no", minute=50)
    await orders.record(
        PendingWrites(order_id="A-1", refund_id=REFUND_ID, judged=(no,), refund_steps=(turned_down,))
    )
    ended = await reader.final_state(Subject.REFUND, "A-1")
    assert ended is not None
    assert (ended.status_text, ended.reason, ended.by) == ("was turned down", "they broke it", "U2")
