"""`query`: what the workflow says, or PostgreSQL in its place."""

import json

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.errors import NoWorkerAnswered, OutcomeUnknown
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from orchestration.domain.refund.refund import RefundStatus
from orchestration.ports.workflows import FailingActivity
from tests.unit.cli.builders import NOW, execution, gone, refund_view, row, view
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, FakeWorkflows, run

pytestmark = pytest.mark.usefixtures("zone_east_of_utc")


def test_query_tells_of_a_refund() -> None:
    """Of a shipped order only; others cannot have one."""
    refunded = refund_view(RefundStatus.REFUNDED)
    shipped = FakeWorkflows(view_=view(status=OrderStatus.SHIPPED), refund_=refunded)
    assert "Refund: REFUNDED (ord-1.r1)" in run(FakeConnections(shipped), "query", "ord-1").stdout
    document = json.loads(run(FakeConnections(shipped), "query", "ord-1", "--json").stdout)
    assert document["refund"]["status"] == "REFUNDED"
    none = FakeWorkflows(view_=view(status=OrderStatus.SHIPPED))
    assert "Refund" not in run(FakeConnections(none), "query", "ord-1").stdout


def _approved_by(user: str) -> Decision:
    actor = Actor(kind=ActorKind.SLACK_USER, id=user)
    return Decision(
        decision_id="d", actor=actor, surface=Surface.BUTTON, decided_at=NOW, kind=DecisionKind.APPROVE
    )


def test_query_shows_the_whole_order() -> None:
    """Status and Workflow Status both, times in the user's own zone."""
    base = view()
    gate = base.gate.model_copy(update={"approvals": (_approved_by("U7"),)})
    troubles = (
        FailingActivity("charge_payment", 3, "503\nfrom \x1b[31mgateway", NOW),
        FailingActivity("post_card", 1, "x", None),
    )
    workflows = FakeWorkflows(
        view_=base.model_copy(update={"gate": gate, "payment": PaymentState.UNKNOWN, "tracking": "TR-1"}),
        execution_=execution(failing_activities=troubles),
    )
    result = run(FakeConnections(workflows), "query", "ord-1")
    assert result.exit_code == ExitCode.OK
    lines = result.stdout.splitlines()
    assert "Status: PENDING_MANUAL_APPROVAL" in lines
    assert "Workflow Status: RUNNING" in lines
    assert "Amount: 996.00 EUR" in lines
    assert "Approvals: 1 of 1: Slack user U7" in lines
    assert "Payment: unknown" in lines
    assert "Tracking: TR-1" in lines
    assert "Waiting for: one of the approvers" in lines
    assert any(line.startswith("Deadline: 2026-03-05 10:30:00 XYZ") for line in lines)
    assert (
        "Trouble: charge_payment, attempt 3: 503 from \ufffd[31mgateway, next try 2026-03-02 10:30:00 XYZ"
        in lines
    )
    assert "Trouble: post_card, attempt 1: x, being tried now" in lines


@pytest.mark.parametrize(
    ("ahead", "said"), [(412, "card is queued (412 ahead)"), (0, "card is next in the queue")]
)
def test_query_says_how_far_back_the_card_is(ahead: int, said: str) -> None:
    """People and machines."""
    connections = FakeConnections(database=FakeDatabase(ahead=ahead))
    assert said in run(connections, "query", "ord-1").stdout
    assert json.loads(run(connections, "query", "ord-1", "--json").stdout)["card_queue_ahead"] == ahead


def test_query_of_a_card_that_shows_the_truth_needs_no_database() -> None:
    """It does not wait for anything, whatever the queue says."""
    workflows = FakeWorkflows(view_=view(card_version=3))
    connections = FakeConnections(workflows, FakeDatabase(ahead=7))
    assert json.loads(run(connections, "query", "ord-1", "--json").stdout)["card_queue_ahead"] is None


def test_query_in_json_has_times_in_utc_and_minor_units() -> None:
    """One document, for scripts."""
    document = json.loads(run(FakeConnections(), "query", "ord-1", "--json").stdout)
    assert document["deadline"] == "2026-03-05T09:30:00Z"
    assert document["order"]["amount"] == 99_600
    assert (document["source"], document["workflow_status"]) == ("workflow", "RUNNING")


def test_query_reads_postgresql_when_no_worker_answers_and_says_so() -> None:
    """What Temporal itself knows is shown as well."""
    workflows = FakeWorkflows(view_=NoWorkerAnswered())
    result = run(FakeConnections(workflows, FakeDatabase(row_=row())), "query", "ord-1")
    assert result.exit_code == ExitCode.OK
    assert "Source: from PostgreSQL, may be behind: no orchestration worker answered" in result.stdout
    assert "Status: SHIPPED" in result.stdout
    assert "Workflow Status: RUNNING" in result.stdout


def test_query_reads_postgresql_when_temporal_is_away() -> None:
    """Marked, and without a workflow status."""
    document = json.loads(
        run(FakeConnections(None, FakeDatabase(row_=row())), "query", "ord-1", "--json").stdout
    )
    assert (document["source"], document["workflow_status"]) == ("database", None)
    assert "Temporal did not answer" in document["caveat"]


def test_query_of_an_order_that_temporal_has_forgotten() -> None:
    """Past Temporal's retention the database still has it."""
    connections = FakeConnections(FakeWorkflows(execution_=gone()), FakeDatabase(row_=row()))
    result = run(connections, "query", "ord-1")
    assert result.exit_code == ExitCode.OK
    assert "Temporal has no workflow of this order" in result.stdout


@pytest.mark.parametrize(
    ("connections", "code"),
    [
        (FakeConnections(FakeWorkflows(execution_=gone()), FakeDatabase()), ExitCode.UNKNOWN_ORDER),
        (FakeConnections(FakeWorkflows(execution_=gone())), ExitCode.UNKNOWN_ORDER),
        (FakeConnections(None), ExitCode.UNANSWERED),
        (FakeConnections(None, FakeDatabase()), ExitCode.UNANSWERED),
        (FakeConnections(FakeWorkflows(view_=NoWorkerAnswered())), ExitCode.UNANSWERED),
        (FakeConnections(FakeWorkflows(execution_=OutcomeUnknown())), ExitCode.UNANSWERED),
    ],
)
def test_query_that_nobody_can_answer(connections: FakeConnections, code: ExitCode) -> None:
    """Unknown and unanswered are different things."""
    result = run(connections, "query", "ord-1")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr


def test_query_of_a_malformed_order_shows_its_reason() -> None:
    """There is no order inside it to show."""
    malformed = view(OrderStatus.FAILED, order=None, gate=Gate(requester="U1"), reason="customer: is missing")
    result = run(FakeConnections(FakeWorkflows(view_=malformed)), "query", "ord-1")
    assert result.exit_code == ExitCode.OK
    assert "Reason: customer: is missing" in result.stdout
