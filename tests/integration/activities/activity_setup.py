"""Runs activities on real PostgreSQL and the simulated services, called as Temporal calls them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from db.pool import open_pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore
from orchestration.activities.orders import OrderActivities
from orchestration.activities.payments import PaymentActivities
from orchestration.activities.shipping import ShippingActivities
from orchestration.contracts.activities import (
    ChargePayment,
    PendingWrites,
    ReceiveOrder,
    ResolvePolicy,
    ValidateOrder,
)
from orchestration.contracts.names import payment_id
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.services import PaymentGateway
from orchestration.simulated.carrier import SimulatedCarrier
from orchestration.simulated.ledger import Ledger
from tests.support.policy import FixedPolicy, a_policy, a_tier

POLICY = FixedPolicy(a_policy(a_tier("U0ALICE01", expires_after=timedelta(hours=1))))
NOTHING = PendingWrites(order_id="ord-1")


@dataclass
class Bench:
    """The activities, and the stores and services that they use."""

    orders: OrderActivities
    payments: PaymentActivities
    shipping: ShippingActivities
    store: PostgresPaymentStore
    reader: PostgresOrderReader
    ledger: Ledger

    async def approved(self, order: Order) -> None:
        """Take an order up to its charge. Every activity runs twice, as in a retry."""
        for _ in range(2):
            await self.orders.receive(ReceiveOrder(order_id="ord-1", order=order.model_dump(mode="json")))
        for _ in range(2):
            await self.orders.validate(ValidateOrder(order=order, pending_writes=NOTHING))
        for _ in range(2):
            await self.orders.resolve_policy(
                ResolvePolicy(order=order, pending_writes=NOTHING, run_deadline=None)
            )

    async def status(self) -> OrderStatus:
        """Return the status of the stored order."""
        row = await self.reader.get("ord-1")
        assert row is not None
        return row.status

    async def types(self) -> list[str]:
        """Return the events of the audit log."""
        return [event.type for event in await self.reader.history("ord-1")]

    def charges(self) -> list[tuple[object, ...]]:
        """Return the gateway's charges: amount, whether refunded, whether closed."""
        with self.ledger.open() as db:
            return db.execute(
                "SELECT amount, refunded_at IS NOT NULL, closed_at IS NOT NULL FROM charges"
            ).fetchall()


@asynccontextmanager
async def activity_bench(database_url: str, ledger: Ledger, gateway: PaymentGateway) -> AsyncIterator[Bench]:
    """A new set of activities, on a database of its own."""
    async with await open_pool(database_url, application_name="test") as pool:
        orders, store = PostgresOrderStore(pool), PostgresPaymentStore(pool)
        yield Bench(
            orders=OrderActivities(orders, POLICY, gateway),
            payments=PaymentActivities(store, gateway),
            shipping=ShippingActivities(orders, SimulatedCarrier(ledger)),
            store=store,
            reader=PostgresOrderReader(pool),
            ledger=ledger,
        )


def charge_of(order: Order) -> ChargePayment:
    """Return the activity's input."""
    return ChargePayment(
        payment_id=payment_id(order.order_id),
        amount=order.amount,
        currency=order.currency,
        payment_method=order.payment_method,
        pending_writes=NOTHING,
    )
