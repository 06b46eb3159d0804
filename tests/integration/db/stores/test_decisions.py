"""Each decision is stored once with its final verdict, and each step of it is in the audit log."""

import asyncio

import pytest

from db.pool import Pool
from db.stores.decisions import PostgresDecisionStore
from db.stores.order_reader import PostgresOrderReader
from db.stores.orders import PostgresOrderStore
from orchestration.contracts.activities import PendingWrites
from orchestration.domain.approval.verdict import VerdictKind
from tests.integration.db.builders import NOON, TO_PENDING, S, at, judged, order, pending_writes


def deciding(kind: VerdictKind, minute: int = 2) -> PendingWrites:
    """A journal of nothing but one verdict."""
    return PendingWrites(order_id="A-1", judged=(judged(kind, minute=minute),))


async def verdicts(pool: Pool) -> list[tuple[str, str]]:
    rows = await pool.fetch("SELECT decision_id, verdict FROM decisions ORDER BY decision_id")
    return [(row[0], row[1]) for row in rows]


async def test_a_decision_is_stored_whole(
    orders: PostgresOrderStore, reader: PostgresOrderReader, pool: Pool
) -> None:
    """Who, where, what they saw and said, the verdict; in the audit log before the step that it caused."""
    await orders.receive(order(), NOON)
    await orders.record(pending_writes(*TO_PENDING))
    both = PendingWrites(
        order_id="A-1",
        changes=pending_writes(S.APPROVED).changes,
        judged=(judged(VerdictKind.RECORDED, minute=1, note="fine by me"),),
    )
    await orders.record(both)
    await orders.record(both)
    row = await pool.fetchrow("SELECT * FROM decisions")
    assert row is not None
    assert dict(row) == {
        "order_id": "A-1",
        "decision_id": "click-1",
        "kind": "approve",
        "actor_kind": "slack_user",
        "actor_id": "U2",
        "groups": ["S1", "S2"],
        "surface": "button",
        "note": "fine by me",
        "revision_seen": 1,
        "subject": "order",
        "decided_at": at(1),
        "verdict": "recorded",
        "judged_at": at(1),
    }
    decided, approved = (await reader.history("A-1"))[-2:]
    assert (decided.type, approved.type) == ("decision.recorded", "status.APPROVED")
    assert decided.actor == "slack_user:U2"
    assert decided.detail["note"] == "fine by me"
    assert decided.detail["groups"] == ["S1", "S2"]
    assert decided.occurred_at == at(1)


@pytest.mark.parametrize("first", [VerdictKind.HELD, VerdictKind.ASKED_SHIPPING])
async def test_a_verdict_that_was_not_the_last_word_gives_way_once(
    orders: PostgresOrderStore, reader: PostgresOrderReader, pool: Pool, first: VerdictKind
) -> None:
    """The row has the last word, the audit log both; a late repetition of the first changes nothing."""
    await orders.record(deciding(first))
    assert await verdicts(pool) == [("click-1", first)]
    await orders.record(deciding(VerdictKind.RECORDED, minute=3))
    await orders.record(deciding(VerdictKind.ALREADY_OVER, minute=4))
    await orders.record(deciding(first))
    assert await verdicts(pool) == [("click-1", "recorded")]
    types = [event.type for event in await reader.history("A-1")]
    assert types == [f"decision.{first}", "decision.recorded"]


async def test_the_same_decision_added_at_once_is_stored_once(
    decisions: PostgresDecisionStore, reader: PostgresOrderReader, pool: Pool
) -> None:
    """An envelope that was delivered twice, for an order whose workflow is gone, or that never was stored."""
    late = judged(VerdictKind.ALREADY_OVER)
    await asyncio.gather(*(decisions.add("A-1", late) for _ in range(6)))
    assert await verdicts(pool) == [("click-1", "already_over")]
    assert [event.type for event in await reader.history("A-1")] == ["decision.already_over"]


async def test_decisions_whose_ids_look_like_each_other_stay_apart(
    decisions: PostgresDecisionStore, reader: PostgresOrderReader
) -> None:
    """No decision's key in the audit log can be another's."""
    for decision_id in ("x", "x.held", "x:held"):
        for kind in (VerdictKind.HELD, VerdictKind.RECORDED):
            await decisions.add("A-1", judged(kind, decision_id=decision_id))
    assert len(await reader.history("A-1")) == 6
