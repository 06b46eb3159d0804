"""The checker finds each kind of violation when one is planted, and none in a system that finished well."""

import ast
from pathlib import Path

import pytest

from tests.chaos import checker
from tests.chaos.checker.checks import judge
from tests.chaos.checker.evidence import Promise
from tests.chaos.violations.finished_run import finished
from tests.chaos.violations.planted import PLANTED, workflow


def test_a_system_that_finished_well_has_no_violations() -> None:
    """One order shipped, one waiting, one refunded."""
    assert judge(finished()) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found(name: str) -> None:
    """Under the right promise, in words that say what it is."""
    promise, words, plant = PLANTED[name]
    found = [violation.what for violation in judge(plant(finished())) if violation.promise is promise]
    assert any(words in what for what in found), found


def test_every_promise_has_violations_to_find() -> None:
    """No part of the checker goes untested."""
    assert {promise for promise, _, _ in PLANTED.values()} == set(Promise)


@pytest.mark.parametrize(("status", "is_wrong"), [("CANCELLED", False), ("SHIPPED", True)])
def test_a_step_that_a_stopped_order_did_not_hear_of_may_be_audited(status: str, is_wrong: bool) -> None:
    """The charge was made, its answer came after the cancel: the log is right to have it."""
    heard = [{"to": to} for to in ("VALIDATED", "PENDING_MANUAL_APPROVAL", "APPROVED", "SHIPPING", "SHIPPED")]
    evidence = workflow(0, view={"status": status, "changes": heard})(finished())
    found = [violation for violation in judge(evidence) if violation.promise is Promise.AUDIT]
    assert bool(found) is is_wrong


def test_the_checker_knows_nothing_of_the_product() -> None:
    """What it says about the product it must not have from the product."""
    imported = set()
    for path in Path(checker.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
    assert "tests.chaos.checker.evidence" in imported
    foreign = {"bot", "orchestration", "db", "localdev"}
    assert {name for name in imported if name.split(".")[0] in foreign} == set()
