"""A pool on this test's own database, and the stores on it."""

from collections.abc import AsyncIterator

import pytest

from db.pool import Pool, open_pool
from db.slack.slack_messages import PostgresMessageStore
from db.stores.decisions import PostgresDecisionStore
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from db.stores.payments import PostgresPaymentStore


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """The pool as the processes open it."""
    async with await open_pool(database_url, "tests", give_up_after=10) as opened:
        yield opened


@pytest.fixture
async def owner_pool(owner_database_url: str) -> AsyncIterator[Pool]:
    """The hand of an administrator on the same database."""
    async with await open_pool(owner_database_url, "tests", give_up_after=10) as opened:
        yield opened


@pytest.fixture
def orders(pool: Pool) -> PostgresOrderStore:
    return PostgresOrderStore(pool)


@pytest.fixture
def payments(pool: Pool) -> PostgresPaymentStore:
    return PostgresPaymentStore(pool)


@pytest.fixture
def decisions(pool: Pool) -> PostgresDecisionStore:
    return PostgresDecisionStore(pool)


@pytest.fixture
def messages(pool: Pool) -> PostgresMessageStore:
    return PostgresMessageStore(pool)


@pytest.fixture
def reader(pool: Pool) -> PostgresOrderReader:
    return PostgresOrderReader(pool)
