"""An order is stored once, and its status follows the transitions, however late a step is repeated."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from db.pool import Pool
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from orchestration.contracts.activities import PendingWrites, ResolvedPolicy
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.errors import FieldProblem, OrderConflict, OrderNotFound, TransitionNotAllowed
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.tier import Requirement, Tier
from tests.integration.db.builders import NOON, TO_CHARGED, TO_PENDING, S, at, judged, order, pending_writes

HOSTILE = "Robert'); DROP TABLE orders;-- \"“ <!channel> *b* %s {x} $1 👩‍👩‍👧 日本 \\u0000"
TIER = Tier(
    name="500 and more",
    requirements=(Requirement(group="approvers", members=("U2",)),),
    expires_after=timedelta(hours=1),
)
RESOLVED = ResolvedPolicy(tier=TIER, resolved_at=at(2), deadline=at(60), digest="d" * 64)


async def types(reader: PostgresOrderReader, order_id: str = "A-1") -> list[str]:
    return [event.type for event in await reader.history(order_id)]


async def status(reader: PostgresOrderReader, order_id: str = "A-1") -> OrderStatus:
    row = await reader.get(order_id)
    assert row is not None
    return row.status


async def test_an_order_reads_back_as_it_was_stored(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Every field, hostile text and microseconds included."""
    hostile = order(customer=HOSTILE, note=HOSTILE)
    await orders.receive(hostile, NOON)
    row = await reader.get("A-1")
    assert row is not None
    assert row.order == hostile
    assert (row.status, row.revision, row.tier, row.deadline, row.reason) == (S.CREATED, 1, None, None, None)
    assert row.created_at == row.updated_at == NOON


async def test_receiving_again_changes_nothing(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Also after the order has moved on, and at another time."""
    await orders.receive(order(), NOON)
    await orders.record(pending_writes(S.VALIDATED))
    await orders.receive(order(), at(9))
    row = await reader.get("A-1")
    assert row is not None
    assert (row.status, row.created_at) == (S.VALIDATED, NOON)
    assert await types(reader) == ["order.received", "status.VALIDATED"]


async def test_another_order_with_the_same_id_is_refused(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """The stored one stays as it is."""
    await orders.receive(order(), NOON)
    with pytest.raises(OrderConflict, match="A-1"):
        await orders.receive(order(customer="Eve"), NOON)
    row = await reader.get("A-1")
    assert row is not None
    assert row.order.customer == "Ada"


async def test_the_same_order_received_at_once_is_stored_once(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Eight connections race; none fails."""
    await asyncio.gather(*(orders.receive(order(), NOON) for _ in range(8)))
    assert await types(reader) == ["order.received"]


async def test_a_journal_is_stored_once_however_often_it_comes(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """At once on eight connections, and once more after all of them."""
    await orders.receive(order(), NOON)
    steps = pending_writes(*TO_PENDING)
    await asyncio.gather(*(orders.record(steps, resolved=RESOLVED) for _ in range(8)))
    await orders.record(steps, resolved=RESOLVED)
    row = await reader.get("A-1")
    assert row is not None
    assert (row.status, row.tier, row.deadline) == (S.PENDING_MANUAL_APPROVAL, "500 and more", at(60))
    assert row.updated_at == at(2)
    steps_stored = ["policy.resolved", "status.VALIDATED", "status.PENDING_MANUAL_APPROVAL"]
    assert await types(reader) == ["order.received", *steps_stored]
    policy = next(event for event in await reader.history("A-1") if event.type == "policy.resolved")
    assert (policy.detail["tier"], policy.detail["digest"]) == ("500 and more", "d" * 64)


async def test_overlapping_journals_that_race_neither_deadlock_nor_double(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """A try that was given up and the next step's try store some of the same steps at the same time."""
    await orders.receive(order(), NOON)
    await orders.record(pending_writes(S.VALIDATED))
    longer = pending_writes(*TO_CHARGED)
    await asyncio.gather(*(orders.record(each) for each in [longer, pending_writes(*TO_PENDING)] * 4))
    assert await status(reader) is S.PAYMENT_CHARGED
    assert (await types(reader)).count("status.PENDING_MANUAL_APPROVAL") == 1


async def test_a_late_repetition_never_moves_an_order_back(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """A worker that everybody took for dead wakes up and stores its step."""
    await orders.receive(order(), NOON)
    await orders.record(pending_writes(*TO_CHARGED))
    before = await reader.history("A-1")
    await orders.record(pending_writes(*TO_PENDING))
    assert await status(reader) is S.PAYMENT_CHARGED
    assert await reader.history("A-1") == before


async def test_a_step_that_the_table_does_not_list_is_refused_whole(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Nothing of the journal is stored, not even its good steps."""
    await orders.receive(order(), NOON)
    with pytest.raises(TransitionNotAllowed, match="A-1 is VALIDATED, and cannot become SHIPPED"):
        await orders.record(pending_writes(S.VALIDATED, S.SHIPPED))
    assert await status(reader) is S.CREATED
    assert await types(reader) == ["order.received"]


async def test_of_two_ends_that_race_one_wins(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """The other is told that the order has ended, and leaves no event."""
    await orders.receive(order(), NOON)
    await orders.record(pending_writes(*TO_PENDING))
    ends = [pending_writes(S.CANCELLED, reason="no more"), pending_writes(S.EXPIRED)]
    answers = await asyncio.gather(*(orders.record(end) for end in ends), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "TransitionNotAllowed"]
    assert (await types(reader))[3:] == [f"status.{await status(reader)}"]


async def test_a_refused_order_has_a_history_but_no_row(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Its problems, and that it failed; characters that cannot be stored are replaced."""
    problems = [
        FieldProblem(field="\x00name", message="bad \ud800"),
        FieldProblem(field="lines", message="x"),
    ]
    for _ in range(2):
        await orders.refuse("A-1", problems, NOON)
        await orders.record(pending_writes(S.FAILED, reason="malformed \x00"))
    assert await reader.get("A-1") is None
    refused, failed = await reader.history("A-1")
    assert refused.type == "order.refused"
    assert refused.detail["problems"] == [
        {"field": "\ufffdname", "message": "bad \ufffd"},
        {"field": "lines", "message": "x"},
    ]
    assert (failed.type, failed.detail) == ("status.FAILED", {"reason": "malformed \ufffd"})


async def test_an_order_without_a_row_can_only_end_and_only_once(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """Everything else needs a stored order."""
    with pytest.raises(OrderNotFound):
        await orders.record(pending_writes(S.VALIDATED))
    with pytest.raises(OrderNotFound):
        await orders.record(pending_writes(), resolved=RESOLVED)
    await orders.record(pending_writes(S.FAILED))
    with pytest.raises(TransitionNotAllowed):
        await orders.record(pending_writes(S.CANCELLED))
    assert await types(reader) == ["status.FAILED"]


async def test_an_order_that_ended_before_it_was_stored_is_stored_as_ended(
    orders: PostgresOrderStore, reader: PostgresOrderReader
) -> None:
    """It was cancelled while the try to receive it was slow: it must not stay CREATED for ever."""
    await orders.record(pending_writes(S.CANCELLED, reason="changed my mind"))
    await orders.receive(order(), NOON)
    row = await reader.get("A-1")
    assert row is not None
    assert (row.status, row.reason) == (S.CANCELLED, "changed my mind")


async def test_the_database_itself_refuses_a_step_outside_the_table(
    orders: PostgresOrderStore, pool: Pool
) -> None:
    """For whoever repairs a row by hand; so does it for a new row that is not CREATED."""
    await orders.receive(order(), NOON)
    with pytest.raises(asyncpg.CheckViolationError, match="order A-1 is CREATED, and cannot become SHIPPED"):
        await pool.execute("UPDATE orders SET status = 'SHIPPED'")
    with pytest.raises(asyncpg.CheckViolationError, match="starts as CREATED"):
        await pool.execute(
            "INSERT INTO orders SELECT (jsonb_populate_record(o, "
            '\'{"order_id": "B", "status": "SHIPPED"}\')).* FROM orders AS o'
        )


async def test_who_approved_the_customers_previous_order(orders: PostgresOrderStore) -> None:
    """Of the same customer, before this one, and approved: not of others, later ones, or refused clicks."""
    for minute, (order_id, customer) in enumerate(
        [("A-1", "Ada"), ("A-2", "Ada"), ("B-1", "Bea"), ("A-3", "Ada")]
    ):
        await orders.receive(order(order_id, customer=customer), at(minute))
    approved = judged(VerdictKind.RECORDED, decision_id="yes")
    refused = judged(VerdictKind.NOT_AN_APPROVER, decision_id="no")
    step = StatusChange(to=S.APPROVED, at=at(3))
    for order_id in ("A-1", "B-1"):
        await orders.record(pending_writes(*TO_PENDING, order_id=order_id))
        await orders.record(PendingWrites(order_id=order_id, changes=(step,), judged=(approved,)))
    await orders.record(PendingWrites(order_id="A-2", judged=(refused,)))
    assert await orders.previous_approvers(order("A-3")) == ("U2",)
    assert await orders.previous_approvers(order("A-1")) == ()
    assert await orders.previous_approvers(order("B-1", customer="Bea")) == ()
