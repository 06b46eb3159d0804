"""A short run of the chaos suite with a fixed seed, as a part of `make test`."""

import pytest

from tests.chaos.checker.evidence import Evidence
from tests.chaos.plan.generate import make_plan, short_plan
from tests.chaos.report import faults_of
from tests.chaos.run import run


@pytest.mark.timeout(240)
async def test_a_dozen_orders_survive_the_worst_faults_at_once() -> None:
    """A dozen orders of all kinds run while processes are killed, answers lost and envelopes doubled."""
    plan = short_plan()
    result = await run(plan)
    assert [str(violation) for violation in result.violations] == [], result.folder
    assert faults_of(result.evidence).total() == len(plan.faults)
    assert_all_has_happened(result.evidence)


def assert_all_has_happened(evidence: Evidence) -> None:
    """A run in which nothing happened would have no violations either."""
    assert {row["status"] for row in evidence.orders} >= {"SHIPPED", "CANCELLED", "FAILED"}
    assert any(line["acked"] for line in evidence.noted("click"))
    assert {each["verdict"] for each in evidence.decisions} >= {"recorded", "counted"}
    assert any(each["refunded_at"] for each in evidence.ledger.charges)
    assert sum(each["effective"] for each in evidence.ledger.movements) > len(evidence.ledger.parcels)


def test_the_same_seed_gives_the_same_plan() -> None:
    """So that what a seed found can be looked for again."""
    assert make_plan(7, 50, 2.0) == make_plan(7, 50, 2.0)
    assert make_plan(7, 50, 2.0) != make_plan(8, 50, 2.0)
