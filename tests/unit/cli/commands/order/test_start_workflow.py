"""`start-workflow`: what is started and what is printed."""

import json

from temporalio.client import WorkflowFailureError

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.errors import NoWorkerAnswered, OutcomeUnknown
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus
from tests.unit.cli.builders import NOW, ORDER_OPTIONS, execution, order, row, view
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, FakeWorkflows, run, workflows_of


def test_without_arguments_a_sample_order_that_needs_approval_starts() -> None:
    """The seed plan's first step: an id to go on with, an amount above the default threshold."""
    connections = FakeConnections()
    result = run(connections, "start-workflow")
    assert result.exit_code == ExitCode.OK
    [(sample, run_timeout)] = workflows_of(connections).orders
    assert (sample.amount, sample.currency, sample.requester) == (124_500, "EUR", "cli")
    assert run_timeout is None
    assert f"query {sample.order_id}" in result.stdout
    assert f"signal {sample.order_id} approve" in result.stdout
    assert "1,245.00 EUR" in result.stdout


def test_two_sample_orders_have_different_ids() -> None:
    """Each run is an order of its own."""
    connections = FakeConnections()
    run(connections, "start-workflow")
    run(connections, "start-workflow")
    first, second = (each.order_id for each, _ in workflows_of(connections).orders)
    assert first != second


def test_the_same_order_again_is_told_so_and_is_no_error() -> None:
    """Nothing is doubled; a script that runs twice succeeds twice."""
    result = run(FakeConnections(FakeWorkflows(started=True)), "start-workflow", *ORDER_OPTIONS)
    assert result.exit_code == ExitCode.OK
    assert "already started; nothing was doubled" in result.stdout


def test_another_order_under_a_used_id_is_refused() -> None:
    """And the fields that differ are named."""
    result = run(
        FakeConnections(FakeWorkflows(started=True)), "start-workflow", *ORDER_OPTIONS, "--customer", "Else"
    )
    assert result.exit_code == ExitCode.CONFLICT
    assert "Another order has the id ord-1; it differs in customer." in result.stderr


def test_a_used_id_is_compared_with_the_database_when_no_worker_answers() -> None:
    """The stored order is as good for this as the workflow's."""
    workflows = FakeWorkflows(started=True, view_=NoWorkerAnswered())
    other = FakeDatabase(row_=row(order(customer="Else")))
    assert (
        run(FakeConnections(workflows, other), "start-workflow", *ORDER_OPTIONS).exit_code
        == ExitCode.CONFLICT
    )
    result = run(FakeConnections(workflows), "start-workflow", *ORDER_OPTIONS)
    assert result.exit_code == ExitCode.OK
    assert "could not be looked up" in result.stderr


def test_an_unanswered_start_is_tried_again() -> None:
    """Starting the same order twice is safe."""
    workflows = FakeWorkflows(started=[OutcomeUnknown(), True])
    assert run(FakeConnections(workflows), "start-workflow", *ORDER_OPTIONS).exit_code == ExitCode.OK
    assert len(workflows.orders) == 2


def test_temporal_away_is_a_sentence_and_a_code() -> None:
    """No traceback, and standard output stays empty."""
    result = run(FakeConnections(None), "start-workflow")
    assert result.exit_code == ExitCode.UNANSWERED
    assert result.stdout == ""
    assert "Temporal at nowhere:7233 cannot be reached" in result.stderr


def test_json_is_one_document() -> None:
    """The order as the domain knows it, and whether it was there before."""
    document = json.loads(run(FakeConnections(), "start-workflow", *ORDER_OPTIONS, "--json").stdout)
    assert document["order_id"] == "ord-1"
    assert document["workflow_id"] == "order-ord-1"
    assert document["already_started"] is False
    assert document["order"]["amount"] == 99_600


def test_json_errors_are_one_document_too() -> None:
    """A script reads one thing, whatever happened."""
    result = run(FakeConnections(), "start-workflow", "--line", "x", "--json")
    error = json.loads(result.stdout)["error"]
    assert (error["exit_code"], error["kind"]) == (ExitCode.USAGE, "usage")
    assert "--customer: is required" in error["details"]


def _ended(status: OrderStatus) -> FakeWorkflows:
    steps = (
        StatusChange(to=OrderStatus.APPROVED, at=NOW),
        StatusChange(to=status, at=NOW, reason="so it is"),
    )
    ended = view(status, changes=steps, waiting_for=None)
    return FakeWorkflows(view_=ended, end=ended, execution_=execution("COMPLETED"))


def test_wait_shows_the_steps_and_the_end() -> None:
    """Steps go to standard error, the final view to standard output."""
    result = run(FakeConnections(_ended(OrderStatus.SHIPPED)), "start-workflow", *ORDER_OPTIONS, "--wait")
    assert result.exit_code == ExitCode.OK
    assert result.stderr.count("SHIPPED: so it is") == 1
    assert result.stderr.count("  APPROVED") == 1
    assert "Status: SHIPPED" in result.stdout
    assert "Workflow Status: COMPLETED" in result.stdout


def test_wait_tells_by_its_exit_code_that_an_order_did_not_ship() -> None:
    """Scripts can go by it."""
    result = run(
        FakeConnections(_ended(OrderStatus.CANCELLED)), "start-workflow", *ORDER_OPTIONS, "--wait", "--json"
    )
    assert result.exit_code == ExitCode.NOT_SHIPPED
    final = json.loads(result.stdout)["final"]
    assert (final["status"], final["workflow_status"]) == ("CANCELLED", "COMPLETED")


def test_wait_survives_a_workflow_that_ends_without_a_result() -> None:
    """Timed out or terminated in Temporal: what is known is shown."""
    workflows = FakeWorkflows(
        end=WorkflowFailureError(cause=RuntimeError()),
        view_=NoWorkerAnswered(),
        execution_=execution("TIMED_OUT"),
    )
    database = FakeDatabase(row_=row(status=OrderStatus.PENDING_MANUAL_APPROVAL))
    result = run(FakeConnections(workflows, database), "start-workflow", *ORDER_OPTIONS, "--wait")
    assert result.exit_code == ExitCode.NOT_SHIPPED
    assert "Workflow Status: TIMED_OUT" in result.stdout
