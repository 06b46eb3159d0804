"""Lists show the newest orders first, and their pages stay stable while orders are added."""

import base64
import json

import pytest

from db.pool import Pool
from db.sql import query
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from orchestration.domain.order.status import OrderStatus
from tests.integration.db.builders import TO_PENDING, S, at, order, pending_writes


@pytest.fixture
async def seven(orders: PostgresOrderStore) -> None:
    """O-0 to O-6; always two at the same moment; the even ones wait for approval."""
    for number in range(7):
        order_id = f"O-{number}"
        await orders.receive(order(order_id), at(number // 2))
        if number % 2 == 0:
            await orders.record(pending_writes(*TO_PENDING, order_id=order_id))


async def ids(reader: PostgresOrderReader, statuses: list[OrderStatus] | None, limit: int) -> list[list[str]]:
    """All pages."""
    pages, cursor = list[list[str]](), None
    while True:
        page = await reader.page(statuses, cursor=cursor, limit=limit)
        pages.append([row.order.order_id for row in page.rows])
        cursor = page.next_cursor
        if cursor is None:
            return pages


async def test_pages_are_newest_first(reader: PostgresOrderReader, seven: None) -> None:
    """Orders of the same moment have an order too; the last page has no cursor, full or not."""
    assert await ids(reader, None, 3) == [["O-6", "O-5", "O-4"], ["O-3", "O-2", "O-1"], ["O-0"]]
    assert await ids(reader, None, 7) == [["O-6", "O-5", "O-4", "O-3", "O-2", "O-1", "O-0"]]


async def test_pages_of_some_statuses(reader: PostgresOrderReader, seven: None) -> None:
    """One, several (named twice or not), none."""
    assert await ids(reader, [S.PENDING_MANUAL_APPROVAL], 2) == [["O-6", "O-4"], ["O-2", "O-0"]]
    both = [S.CREATED, S.PENDING_MANUAL_APPROVAL, S.CREATED]
    assert await ids(reader, both, 4) == [["O-6", "O-5", "O-4", "O-3"], ["O-2", "O-1", "O-0"]]
    assert await ids(reader, [S.SHIPPED], 4) == [[]]
    assert await ids(reader, [], 4) == [[]]


async def test_an_order_that_comes_in_moves_no_later_page(
    reader: PostgresOrderReader, orders: PostgresOrderStore, seven: None
) -> None:
    """Nobody sees an order twice or misses one that was there."""
    first = await reader.page(None, limit=3)
    await orders.receive(order("NEW"), at(99))
    second = await reader.page(None, cursor=first.next_cursor, limit=3)
    assert [row.order.order_id for row in second.rows] == ["O-3", "O-2", "O-1"]


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


RUBBISH = [
    "",
    "x",
    "ä",
    "not base64!",
    "'; DROP TABLE orders; --",
    encoded("word"),
    encoded([1, 2]),
    encoded(["yesterday", "O-1"]),
    encoded(["2026-03-01T12:00:00", "O-1"]),
    encoded(["2026-03-01T12:00:00+00:00", 7]),
    encoded(["2026-03-01T12:00:00+00:00", "O\x00"]),
    encoded(["2026-03-01T12:00:00+00:00", "\ud800"]),
    encoded(["0001-01-01T00:00:00+14:00", "O-1"]),
    encoded({"created_at": 1, "order_id": 2}),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
]


async def test_a_cursor_that_is_not_ours(reader: PostgresOrderReader) -> None:
    """One sentence, whatever it is."""
    for cursor in RUBBISH:
        with pytest.raises(ValueError, match="start again from its first page"):
            await reader.page(None, cursor=cursor)


async def test_a_page_has_a_sensible_size(reader: PostgresOrderReader) -> None:
    """Nobody reads the whole table by mistake."""
    for limit in (0, -1, 201, 10**9):
        with pytest.raises(ValueError, match="1 to 200"):
            await reader.page(None, limit=limit)


async def test_an_order_that_is_not_there(reader: PostgresOrderReader) -> None:
    """None, hostile ids included."""
    assert await reader.get("nobody") is None
    assert await reader.get("\x00'; --") is None


@pytest.mark.parametrize(
    ("name", "arguments", "index"),
    [
        ("page_of_orders", "(NULL, NULL, 20)", "orders_newest_first"),
        ("page_of_orders_by_status", "(NULL, NULL, 20, '{CREATED,FAILED}')", "orders_by_status"),
    ],
)
async def test_a_page_is_read_by_its_index(owner_pool: Pool, name: str, arguments: str, index: str) -> None:
    """However many orders there are, also once PostgreSQL plans without looking at the arguments."""
    async with owner_pool.acquire() as connection, connection.transaction():
        # Past the guard of the table of steps, so that old orders have ended without a walk each.
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            "INSERT INTO orders (order_id, status, amount, currency, customer, requester, ship_to,"
            " payment_method, lines, created_at, updated_at)"
            " SELECT 'O' || n, (CASE WHEN n < 50 THEN 'CREATED' ELSE 'SHIPPED' END)::order_status, 1, 'EUR',"
            " 'c', 'U1', 's', 'p', '[]', now() - n * interval '1 s', now() FROM generate_series(1, 3000) AS n"
        )
    await owner_pool.execute("ANALYZE orders")
    async with owner_pool.acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE page AS {query(name)}")
        lines = await connection.fetch(f"EXPLAIN EXECUTE page {arguments}")
    plan = "\n".join(line[0] for line in lines)
    assert index in plan
    assert "Seq Scan on orders" not in plan
