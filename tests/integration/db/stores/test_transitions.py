"""The database and the domain allow the same transitions; random walks try both."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.pool import Pool, open_pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from orchestration.domain.errors import TransitionNotAllowed
from orchestration.domain.order.status import TRANSITIONS, OrderStatus
from tests.integration.db.builders import NOON, order, pending_writes


async def test_the_database_has_the_same_table_as_the_domain(pool: Pool) -> None:
    """Both ways, and the same statuses."""
    rows = await pool.fetch("SELECT from_status::text, to_status::text FROM order_transitions")
    assert {(row[0], row[1]) for row in rows} == {
        (start, to) for start, targets in TRANSITIONS.items() for to in targets
    }
    statuses = await pool.fetch("SELECT unnest(enum_range(NULL::order_status))::text")
    assert [row[0] for row in statuses] == list(OrderStatus)


@st.composite
def walks(draw: st.DrawFn) -> list[list[OrderStatus]]:
    """Journals of up to three steps: mostly legal ones, with strays and repetitions of earlier ones."""
    current, walk = OrderStatus.CREATED, list[list[OrderStatus]]()
    for _ in range(draw(st.integers(0, 8))):
        if walk and draw(st.integers(0, 3)) == 0:
            walk.append(draw(st.sampled_from(walk)))
            continue
        steps, start = list[OrderStatus](), current
        for _ in range(draw(st.integers(1, 3))):
            legal = sorted(TRANSITIONS[start])
            stray = not legal or draw(st.integers(0, 5)) == 0
            start = draw(st.sampled_from(list(OrderStatus) if stray else legal))
            steps.append(start)
        walk.append(steps)
        if not stray:
            current = start
    return walk


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(many=st.lists(walks(), min_size=1, max_size=4))
def test_no_sequence_of_journals_leaves_the_table(
    database_url: str, many: Sequence[list[list[OrderStatus]]]
) -> None:
    """Refused or repeated: the events are a path through the table, and the row stands at its end."""
    asyncio.run(_walk(database_url, many))


async def _walk(database_url: str, many: Sequence[list[list[OrderStatus]]]) -> None:
    async with await open_pool(database_url, "tests", max_size=2, give_up_after=10) as pool:
        orders, reader = PostgresOrderStore(pool), PostgresOrderReader(pool)
        for walk in many:
            order_id = f"walk-{uuid4()}"
            await orders.receive(order(order_id), NOON)
            for statuses in walk:
                before = await reader.history(order_id)
                try:
                    await orders.record(pending_writes(*statuses, order_id=order_id))
                except TransitionNotAllowed:
                    assert await reader.history(order_id) == before
            path = [event.type.removeprefix("status.") for event in (await reader.history(order_id))[1:]]
            row = await reader.get(order_id)
            assert row is not None
            assert row.status == (path[-1] if path else OrderStatus.CREATED)
            for start, to in zip([OrderStatus.CREATED, *path], path, strict=False):
                assert OrderStatus(to) in TRANSITIONS[OrderStatus(start)]
