"""From a click to SHIPPED with real processes, PostgreSQL and Temporal, and Slack's protocol simulated."""

import asyncio
from pathlib import Path

from orchestration.domain.approval.verdict import OutcomeKind
from orchestration.domain.order.status import OrderStatus
from orchestration.simulated.ledger import Ledger
from tests.integration.conftest import ALICE, APPROVALS, BOB, CAROL, System
from tests.support.orders import a_small_order, an_order


def charges(system: System) -> list[tuple[object, ...]]:
    """Return the rows of the payment gateway's ledger."""
    ledger = Ledger(Path(system.settings["SIMULATED_LEDGER"]))
    with ledger.open() as db:
        return db.execute("SELECT payment_id, amount, refunded_at IS NOT NULL FROM charges").fetchall()


async def test_a_click_takes_an_order_to_shipped(system: System, unique: str) -> None:
    """One card, one charge, and all events in the audit log in order."""
    order = an_order(order_id=unique)
    await system.gateway.start(order)
    card = await system.card(order)
    click = await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    assert click.acked
    view = await system.gateway.wait_for_end(unique)
    assert view.status is OrderStatus.SHIPPED
    final = await system.card(order, contains="TRK-")
    assert "order_approve" not in str(final["blocks"])
    assert charges(system) == [(f"pay-{unique}", 120_000, 0)]
    row = await system.reader.get(unique)
    assert row is not None
    assert (row.order, row.status) == (order, OrderStatus.SHIPPED)
    types = [event.type for event in await system.reader.history(unique)]
    steps = [each for each in types if each.startswith(("order.", "status.", "payment.", "decision."))]
    assert steps == [
        "order.received",
        "status.VALIDATED",
        "status.PENDING_MANUAL_APPROVAL",
        "decision.recorded",
        "status.APPROVED",
        "payment.claimed",
        "status.PAYMENT_CHARGED",
        "payment.charged",
        "status.SHIPPING",
        "status.SHIPPED",
    ]


async def test_refusals_are_told_to_the_clicker_alone(system: System, unique: str) -> None:
    """Bob may not approve his own order: only he is told why, and the order waits."""
    order = an_order(order_id=unique)
    await system.gateway.start(order)
    card = await system.card(order)
    await system.workspace.click(BOB, APPROVALS, card["ts"], "order_approve")
    told = await system.workspace.wait_for_message(BOB, APPROVALS, contains="your own")
    assert told["is_ephemeral"]
    assert "your own" not in str(await system.workspace.messages(ALICE, APPROVALS))
    assert (await system.gateway.status(unique)).status is OrderStatus.PENDING_MANUAL_APPROVAL
    await system.workspace.click(CAROL, APPROVALS, card["ts"], "order_cancel")
    view = await system.gateway.wait_for_end(unique)
    assert view.gate.outcome is not None
    assert (view.gate.outcome.kind, view.gate.outcome.by.id) == (OutcomeKind.CANCELLED, CAROL)
    assert charges(system) == []


async def test_a_killed_orchestration_loses_nothing(system: System, unique: str) -> None:
    """A click without a running worker is kept by Temporal, and the next worker carries it out, once."""
    order = an_order(order_id=unique)
    await system.gateway.start(order)
    card = await system.card(order)
    system.orchestration.process.kill()
    await system.orchestration.process.wait()
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    await system.workspace.wait_for_message(ALICE, APPROVALS, contains="safe")
    await system.start_process("orchestration")
    view = await system.gateway.wait_for_end(unique)
    assert view.status is OrderStatus.SHIPPED
    assert charges(system) == [(f"pay-{unique}", 120_000, 0)]


async def test_a_killed_bot_finds_its_cards_again(system: System, unique: str) -> None:
    """Orders started without a running bot get one card later, and old buttons still work."""
    before, during = an_order(order_id=f"a{unique}"), an_order(order_id=f"b{unique}")
    await system.gateway.start(before)
    card = await system.card(before)
    system.bot.process.kill()
    await system.bot.process.wait()
    await system.gateway.start(during)
    await system.start_process("bot")
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    new = await system.card(during)
    await system.workspace.click(ALICE, APPROVALS, new["ts"], "order_approve")
    ends = await asyncio.gather(*(system.gateway.wait_for_end(each.order_id) for each in (before, during)))
    assert [end.status for end in ends] == [OrderStatus.SHIPPED] * 2
    await system.card(before, contains="TRK-")
    await system.card(during, contains="TRK-")


async def test_a_small_order_needs_nobody(system: System, unique: str) -> None:
    """An order that needs no approval ships without a card."""
    await system.gateway.start(a_small_order(order_id=unique))
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED
    assert unique not in str(await system.workspace.messages(ALICE, APPROVALS))


async def test_both_processes_leave_in_good_order(system: System) -> None:
    """SIGTERM ends the processes with exit code 0 and without a traceback."""
    for process in (system.bot, system.orchestration):
        assert await process.stop() == 0, process.output
        assert "Traceback" not in process.output
