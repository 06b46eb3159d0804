"""`amend`: what is sent, and what is refused before that."""

import json

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.actor import ActorKind, Surface
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.policy.approval_policy import Subject
from tests.unit.cli.builders import NOW
from tests.unit.cli.fakes import FakeConnections, FakeWorkflows, run


def test_amend_sends_what_changes_and_the_revision_that_was_seen() -> None:
    """As the operator who is logged in; the lines with their price in minor units."""
    workflows = FakeWorkflows()
    result = run(
        FakeConnections(workflows), "amend", "ord-1", "--line", "A:Tea: black:2:1.50", "--ship-to", "Kiel"
    )
    assert (result.exit_code, result.stdout) == (0, "Order ord-1 is changed; it has to be approved anew.\n")
    ((subject, order_id, sent),) = workflows.sent
    assert isinstance(sent, AmendRequest)
    assert (subject, order_id, sent.revision, sent.ship_to, sent.note) == (
        Subject.ORDER,
        "ord-1",
        1,
        "Kiel",
        None,
    )
    assert sent.lines is not None
    assert (sent.lines[0].description, sent.lines[0].unit_price) == ("Tea: black", 150)
    assert (sent.actor.kind, sent.surface) == (ActorKind.OPERATOR, Surface.CLI)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "nothing to change"),
        (["--line", "rubbish"], "--line"),
        (["--ship-to", "a\nb"], "--ship-to"),
        (["--note", "x", "--as", "<@U1>"], "--as"),
        (["--line", "A:Tea:1:99999999999"], "--line"),
    ],
)
def test_a_wrong_amendment_is_said_and_nothing_is_sent(arguments: list[str], named: str) -> None:
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows), "amend", "ord-1", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert named in result.stderr
    assert workflows.sent == []


def test_a_refused_amendment_says_why() -> None:
    refused = Verdict(decision_id="x", kind=VerdictKind.REFUSED, at=NOW, detail="amount: too much")
    result = run(FakeConnections(FakeWorkflows(verdict_=refused)), "amend", "ord-1", "--note", "x", "--json")
    assert result.exit_code == ExitCode.REFUSED
    document = json.loads(result.stdout)
    assert (document["verdict"], document["detail"], document["accepted"]) == (
        "refused",
        "amount: too much",
        False,
    )
