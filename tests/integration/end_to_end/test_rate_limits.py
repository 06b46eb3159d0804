"""More orders than Slack's rate limits allow cards for, with real processes."""

import asyncio
from datetime import UTC, datetime

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.order.status import OrderStatus
from tests.integration.conftest import ALICE, APPROVALS, BOB, System
from tests.support.orders import an_order

CANCEL = DecisionRequest(
    decision_id="d-1",
    actor=Actor(kind=ActorKind.SLACK_USER, id=ALICE),
    surface=Surface.CLI,
    decided_at=datetime(2020, 1, 1, tzinfo=UTC),
)


async def first_that_waits(system: System, order_ids: list[str]) -> str:
    """Return an order whose card is far back in the rate-limit queue."""
    while True:
        for order_id in order_ids:
            if (await system.reader.card_queue_position(order_id) or 0) > 2:
                return order_id
        await asyncio.sleep(0.02)


async def test_an_order_is_decided_while_its_card_is_queued(system: System, unique: str) -> None:
    """The status says where the card waits; the card is posted once, in the final state."""
    await system.workspace.rate_limits(enabled=True)
    orders = [an_order(order_id=f"{unique}-{n:02}") for n in range(14)]
    await asyncio.gather(*(system.gateway.start(order) for order in orders))
    order_id = await first_that_waits(system, [order.order_id for order in orders])
    await system.workspace.command(BOB, APPROVALS, f"/order status {order_id}")
    told = await system.workspace.wait_for_message(BOB, APPROVALS, contains="ahead)")
    assert "The card is queued (" in told["text"]
    await system.gateway.send_decision(order_id, DecisionKind.CANCEL, CANCEL)
    verdict = await system.gateway.verdict(order_id, CANCEL.decision_id)
    assert verdict is not None
    assert verdict.kind is VerdictKind.RECORDED
    end = await system.gateway.wait_for_end(order_id)
    assert (end.status, end.card_version) == (OrderStatus.CANCELLED, end.version)
    for order in orders:
        card = await system.card(order)
        assert ("was cancelled" in card["text"]) == (order.order_id == order_id)
    assert await system.workspace.calls("chat.update") == []
    refused = [
        call for call in await system.workspace.calls("chat.postMessage") if not call["answer"].get("ok")
    ]
    assert len(refused) < len(orders)
