"""The simulated payment gateway and carrier record each call, and when it took effect."""

import sqlite3
from pathlib import Path

import pytest

from orchestration.ports.services import PaymentDeclined
from orchestration.simulated.carrier import SimulatedCarrier
from orchestration.simulated.ledger import Ledger
from orchestration.simulated.payments import SimulatedPaymentGateway


def movements(ledger: Ledger) -> list[tuple[object, ...]]:
    """In the order in which they were asked for."""
    with ledger.open() as db:
        return db.execute(
            "SELECT kind, subject, amount, effective FROM movements ORDER BY movement_id"
        ).fetchall()


async def test_each_request_is_noted_and_only_the_first_takes_effect(tmp_path: Path) -> None:
    """An outsider can count: at most one effective charge, refund and dispatch."""
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    gateway, carrier = SimulatedPaymentGateway(ledger), SimulatedCarrier(ledger)
    await carrier.prepare("ord-1", "Quay 12", 1)
    for _ in range(2):
        await gateway.charge("pay-1", 1200, "EUR", "pm_card")
        await carrier.dispatch("ord-1")
        await gateway.refund("pay-1")
    assert movements(ledger) == [
        ("charge", "pay-1", 1200, 1),
        ("dispatch", "ord-1", None, 1),
        ("refund", "pay-1", 1200, 1),
        ("charge", "pay-1", 1200, 0),
        ("dispatch", "ord-1", None, 0),
        ("refund", "pay-1", 1200, 0),
    ]


async def test_closing_an_uncharged_payment_moves_no_money(tmp_path: Path) -> None:
    """And the charge that comes too late is declined, and leaves no movement."""
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    gateway = SimulatedPaymentGateway(ledger)
    assert await gateway.refund("pay-1") is None
    with pytest.raises(PaymentDeclined):
        await gateway.charge("pay-1", 1200, "EUR", "pm_card")
    assert movements(ledger) == [("refund", "pay-1", None, 0)]


async def test_books_of_an_earlier_release_go_on(tmp_path: Path) -> None:
    """They have no movements yet."""
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    await SimulatedPaymentGateway(ledger).charge("pay-1", 1200, "EUR", "pm_card")
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE movements")
    db.close()
    again = Ledger(path)
    await SimulatedPaymentGateway(again).refund("pay-1")
    assert movements(again) == [("refund", "pay-1", 1200, 1)]
