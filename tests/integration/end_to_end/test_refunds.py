"""A shipped order is refunded from Slack with real processes, by a card of its own, once."""

import asyncio

from orchestration.contracts.names import payment_id
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from tests.integration.conftest import ALICE, APPROVALS, BOB, System
from tests.support.orders import an_order


async def test_a_refund_from_the_command_to_the_money(system: System, unique: str) -> None:
    """Bob requests the refund, Alice approves it on a second card, and the order's card stays as it was."""
    order, people = an_order(order_id=unique), system.workspace
    await system.gateway.start(order)
    first = await system.card(order, contains="order_approve")
    await people.click(ALICE, APPROVALS, first["ts"], "order_approve")
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED
    await people.command(BOB, APPROVALS, f"/order refund {unique} It arrived broken")
    await people.wait_for_message(BOB, APPROVALS, contains="needs approval", timeout=20)
    card = await people.wait_for_message(
        ALICE, APPROVALS, contains=f"The refund of order {unique} needs approval", timeout=20
    )
    assert card["ts"] != first["ts"]
    await people.click(BOB, APPROVALS, card["ts"], "order_approve")
    await people.wait_for_message(BOB, APPROVALS, contains="is your own")
    await people.click(ALICE, APPROVALS, card["ts"], "order_approve")
    await people.wait_for_message(
        ALICE, APPROVALS, contains="the money has been given back", ts=card["ts"], timeout=20
    )
    async with asyncio.timeout(20):
        while (await system.gateway.execution(unique, Subject.REFUND)).status == "RUNNING":
            await asyncio.sleep(0.05)
    # The workflow has ended, and whoever still looks at the old card is answered by what is stored.
    await people.click(ALICE, APPROVALS, card["ts"], "order_cancel", forge=True, value=_value(card))
    await people.wait_for_message(ALICE, APPROVALS, contains="is already over: it is done", timeout=20)
    types = [event.type for event in await system.reader.history(unique)]
    assert types.count("payment.refunded") == 1
    assert payment_id(unique) in str(await system.reader.history(unique))


def _value(card: dict[str, object]) -> str:
    blocks = card["blocks"]
    assert isinstance(blocks, list)
    (actions,) = [block for block in blocks if block["type"] == "actions"]
    return str(actions["elements"][0]["value"])
