"""Which orders can be refunded, and who may request a refund that needs no approval."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from db.pool import Pool, open_pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore
from db.stores.refunds import PostgresRefundStore
from orchestration.activities.refunds import RefundActivities
from orchestration.contracts.activities import OpenRefund, PendingWrites
from orchestration.contracts.names import payment_id
from orchestration.domain.errors import OrderRefused
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.policy_file.watcher import PolicyWatcher
from tests.integration.db.builders import NOON, TO_CHARGED, TO_PENDING, S, pending_writes
from tests.support.orders import a_small_order, an_order
from tests.support.policy import policy_file

BOB, ALICE = "U0BOB0001", "U0ALICE01"


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with await open_pool(database_url, "test") as opened:
        yield opened


@pytest.fixture
def activities(pool: Pool, tmp_path: Path) -> RefundActivities:
    """A policy in which refunds below 500 need no approval."""
    path = policy_file(tmp_path, ALICE)
    automatic = '[[refund-tiers]]\nname = "small"\ncurrencies = ["*"]\nbelow = 500\nautomatic = true\n'
    text = path.read_text().replace("[[refund-tiers]]", f"{automatic}\n[[refund-tiers]]\nfrom = 500")
    path.write_text(text)
    return RefundActivities(PostgresRefundStore(pool), PolicyWatcher(path))


async def shipped(pool: Pool, order: Order) -> None:
    orders, payments = PostgresOrderStore(pool), PostgresPaymentStore(pool)
    await orders.receive(order, NOON)
    await orders.record(pending_writes(*TO_PENDING, S.APPROVED, order_id=order.order_id))
    payment = payment_id(order.order_id)
    await payments.claim(payment, order.amount, order.currency, PendingWrites(order_id=order.order_id))
    await payments.mark_charged(payment, "ch", pending_writes(*TO_CHARGED, order_id=order.order_id))
    last = (*TO_CHARGED, S.SHIPPING, OrderStatus.SHIPPED)
    await orders.record(pending_writes(*last, order_id=order.order_id))


def asked(requester: str = BOB, order_id: str = "ord-1", **fields: object) -> OpenRefund:
    request = {"order_id": order_id, "requester": requester, "reason": "broken"} | fields
    return OpenRefund(refund_id="ord-1.1", order_id="ord-1", request=request, run_deadline=None)


async def test_a_refund_that_somebody_decides_may_be_asked_for_by_anybody(
    activities: RefundActivities, pool: Pool
) -> None:
    await shipped(pool, an_order())
    opened = await activities.open_refund(asked(ALICE))
    assert opened.resolved.tier is not None
    assert (opened.order, opened.request.requester) == (an_order(), ALICE)
    assert await activities.open_refund(asked(ALICE)) is not None


@pytest.mark.parametrize(("requester", "taken"), [(BOB, True), ("ana", True), (ALICE, False)])
async def test_where_nobody_decides_only_the_orders_requester_may(
    activities: RefundActivities, pool: Pool, requester: str, taken: bool
) -> None:
    """The order's requester and operators may request it; other Slack users may not."""
    await shipped(pool, a_small_order())
    if taken:
        assert (await activities.open_refund(asked(requester))).resolved.tier is None
        return
    with pytest.raises(OrderRefused, match=f"may only be {BOB}"):
        await activities.open_refund(asked(requester))


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (asked(), "there is no such order"),
        (asked(order_id="ord-2"), "the workflow was started for"),
        (asked(reason=""), "reason"),
        (asked(surprise=1), "surprise"),
        (OpenRefund(refund_id="r", order_id="ord-1", request=7, run_deadline=None), "JSON object"),
    ],
)
async def test_what_cannot_be_refunded_is_said_and_audited(
    activities: RefundActivities, pool: Pool, wanted: OpenRefund, why: str
) -> None:
    for _ in range(2):
        with pytest.raises(OrderRefused, match=why):
            await activities.open_refund(wanted)
    events = await PostgresOrderReader(pool).history("ord-1")
    assert [event.type for event in events] == ["refund.refused"]
