import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.errors import NoWorkerAnswered, OutcomeUnknown
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus
from tests.unit.cli.fakes import (
    NOW,
    FakeConnections,
    FakeDatabase,
    FakeWorkflows,
    execution,
    order,
    row,
    run,
    view,
)

FULL = ["--order-id", "ord-1", "--customer", "Blue Harbor Books", "--line", "CHAIR-9:Office chair:4:249.00"]
FULL += ["--ship-to", "Quay 12", "--requester", "U1"]


def _workflows(connections: FakeConnections) -> FakeWorkflows:
    assert connections.told is not None
    return connections.told


def test_without_arguments_a_sample_order_that_needs_approval_starts() -> None:
    """The seed plan's first step: an id to go on with, an amount above the default threshold."""
    connections = FakeConnections()
    result = run(connections, "start-workflow")
    assert result.exit_code == ExitCode.OK
    [(sample, run_timeout)] = _workflows(connections).orders
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
    first, second = (each.order_id for each, _ in _workflows(connections).orders)
    assert first != second


def test_options_make_the_order() -> None:
    """Prices are in major units; a description may hold colons."""
    connections = FakeConnections()
    arguments = [*FULL, "--line", "BOOK:Dune: Messiah:2:1.5", "--currency", "KWD", "--note", "soon"]
    result = run(
        connections, "start-workflow", *arguments, "--payment-method", "pm_x", "--run-timeout", "1h30m"
    )
    assert result.exit_code == ExitCode.OK
    [(started, run_timeout)] = _workflows(connections).orders
    assert [line.unit_price for line in started.lines] == [249_000, 1_500]
    assert started.lines[1].description == "Dune: Messiah"
    assert (started.note, started.payment_method, started.currency) == ("soon", "pm_x", "KWD")
    assert run_timeout is not None
    assert run_timeout.total_seconds() == 5400


def test_a_forgotten_customer_is_not_filled_in_from_the_sample() -> None:
    """Once something is said about the order, everything must be."""
    connections = FakeConnections()
    result = run(connections, "start-workflow", "--line", "A:b:1:2")
    assert result.exit_code == ExitCode.USAGE
    assert "--customer: is required" in result.stderr
    assert "--ship-to: is required" in result.stderr
    assert not _workflows(connections).orders


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--line", "nonsense"], "--line 2: 'nonsense' must be sku:description:quantity:unit_price"),
        (["--line", "A:b:two:1"], "--line 2 (quantity): 'two' is not a whole number"),
        (["--line", "A:b:0:1"], "--line 2 (quantity): Input should be greater than or equal to 1"),
        (["--line", "A:b:1:-5"], "--line 2 (unit_price): Input should be greater than or equal to 1"),
        (["--line", "A:b:1:0.005"], "--line 2 (unit_price): EUR has 2 decimal places"),
        (["--line", "A:b:1:1e999999999"], "--line 2 (unit_price): '1e999999999' is not an amount"),
        (["--line", "A:b:1:٣"], "--line 2 (unit_price): '٣' is not an amount"),
        (["--line", "A:b:1000000:999999999999"], "--line 2 (unit_price): Input should be less"),
        (["--line", "A:b:1000000:9999999"], "order: the lines add up to"),
        (["--line", "-A:b:1:1"], "--line 2 (sku): must begin with a letter or a digit"),
        (["--currency", "DUCATS"], "--currency: 'DUCATS' is not an ISO 4217 currency code"),
        (["--customer", "x" * 10_000], "--customer: String should have at most 200 characters"),
        (["--customer", "a\x1b[31mb"], "--customer: must be one line of text without control"),
        (["--note", "\u202eevil"], "--note: must be one line of text"),
        (["--requester", "a b"], "--requester: must begin with a letter or a digit and consist of"),
        (["--order-id", "x/y"], "--order-id: must begin with a letter"),
        (["--payment-method", ""], "--payment-method: must begin with a letter"),
    ],
)
def test_a_malformed_order_is_refused_field_by_field(arguments: list[str], expected: str) -> None:
    """Fields are named as the options are, and nothing is started."""
    connections = FakeConnections()
    result = run(connections, "start-workflow", *FULL, *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert expected in result.stderr
    assert "Traceback" not in result.stderr
    assert not _workflows(connections).orders


def test_markup_and_emoji_are_ordinary_text() -> None:
    """What means something to Slack or to Rich means nothing here."""
    connections = FakeConnections()
    words = "[red]<!channel>[/red] 👩‍🚀 *bold* :tada:"
    result = run(connections, "start-workflow", *FULL, "--customer", words)
    assert result.exit_code == ExitCode.OK
    assert words in result.stdout


def test_file_is_the_order_and_options_override_it(tmp_path: Path) -> None:
    """Prices in the file are in minor units, as everywhere in JSON."""
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order().model_dump(mode="json")))
    connections = FakeConnections()
    result = run(
        connections, "start-workflow", "--file", str(file), "--customer", "Other", "--line", "A:b:1:2.00"
    )
    assert result.exit_code == ExitCode.OK
    [(started, _)] = _workflows(connections).orders
    assert (started.order_id, started.customer, started.amount) == ("ord-1", "Other", 200)


def test_file_may_be_standard_input() -> None:
    """`--file -` reads the order from a pipe."""
    connections = FakeConnections()
    content = order().model_dump_json(exclude={"amount", "order_id"}).encode()
    result = run(connections, "start-workflow", "--file", "-", stdin=content)
    assert result.exit_code == ExitCode.OK
    [(started, _)] = _workflows(connections).orders
    assert started.amount == 99_600


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "is not JSON: "),
        (b"[]", "must hold one JSON object"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"1" * 2_000_000, "is larger than"),
        (b'{"lines": [], "amount": NaN, "foo": 1}', "foo: is not a field of an order"),
        (b'{"customer": "\\ud800"}', "--customer: "),
        (b'{"lines": [{"quantity": "4"}]}', "--line 1 (quantity): Input should be a valid integer"),
        (
            b'{"lines": [{"quantity": true}], "amount": 3}',
            "--line 1 (quantity): Input should be a valid integer",
        ),
        (b'{"lines": {"0": 1}}', "--line: "),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes, expected: str) -> None:
    """Whatever the bytes, the answer is words and exit code 2."""
    file = tmp_path / "order.json"
    file.write_bytes(content)
    connections = FakeConnections()
    result = run(connections, "start-workflow", "--file", str(file))
    assert result.exit_code == ExitCode.USAGE, result.output
    assert expected in result.stderr
    assert not _workflows(connections).orders


def test_a_file_that_is_not_there_is_named() -> None:
    """Not found is a usage error."""
    result = run(FakeConnections(), "start-workflow", "--file", "/nowhere/order.json")
    assert result.exit_code == ExitCode.USAGE
    assert "/nowhere/order.json cannot be read: No such file" in result.stderr


def test_the_same_order_again_is_told_so_and_is_no_error() -> None:
    """Nothing is doubled; a script that runs twice succeeds twice."""
    result = run(FakeConnections(FakeWorkflows(started=True)), "start-workflow", *FULL)
    assert result.exit_code == ExitCode.OK
    assert "already started; nothing was doubled" in result.stdout


def test_another_order_under_a_used_id_is_refused() -> None:
    """And the fields that differ are named."""
    result = run(FakeConnections(FakeWorkflows(started=True)), "start-workflow", *FULL, "--customer", "Else")
    assert result.exit_code == ExitCode.CONFLICT
    assert "Another order has the id ord-1; it differs in customer." in result.stderr


def test_a_used_id_is_compared_with_the_database_when_no_worker_answers() -> None:
    """The stored order is as good for this as the workflow's."""
    workflows = FakeWorkflows(started=True, view_=NoWorkerAnswered())
    other = FakeDatabase(row_=row(order(customer="Else")))
    assert run(FakeConnections(workflows, other), "start-workflow", *FULL).exit_code == ExitCode.CONFLICT
    result = run(FakeConnections(workflows), "start-workflow", *FULL)
    assert result.exit_code == ExitCode.OK
    assert "could not be looked up" in result.stderr


def test_an_unanswered_start_is_tried_again() -> None:
    """Starting the same order twice is safe."""
    workflows = FakeWorkflows(started=[OutcomeUnknown(), True])
    assert run(FakeConnections(workflows), "start-workflow", *FULL).exit_code == ExitCode.OK
    assert len(workflows.orders) == 2


def test_temporal_away_is_a_sentence_and_a_code() -> None:
    """No traceback, and standard output stays empty."""
    result = run(FakeConnections(None), "start-workflow")
    assert result.exit_code == ExitCode.UNANSWERED
    assert result.stdout == ""
    assert "Temporal at nowhere:7233 cannot be reached" in result.stderr


def test_json_is_one_document() -> None:
    """The order as the domain knows it, and whether it was there before."""
    document = json.loads(run(FakeConnections(), "start-workflow", *FULL, "--json").stdout)
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


@pytest.mark.parametrize("text", ["5", "soon", "-3h", "0s", "1:00", "99999999d", "PT", "P99999D", "3.5h"])
def test_a_duration_that_is_none_is_a_usage_error(text: str) -> None:
    """Bare numbers are refused: their unit would be a guess."""
    result = run(FakeConnections(), "start-workflow", f"--run-timeout={text}")
    assert result.exit_code == ExitCode.USAGE
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15M", 900), ("3d", 259_200), ("PT4H", 14_400)])
def test_durations(text: str, seconds: int) -> None:
    """Words as people write them, and ISO 8601."""
    connections = FakeConnections()
    assert run(connections, "start-workflow", "--run-timeout", text).exit_code == ExitCode.OK
    [(_, run_timeout)] = _workflows(connections).orders
    assert run_timeout is not None
    assert run_timeout.total_seconds() == seconds


def _ended(status: OrderStatus) -> FakeWorkflows:
    steps = (
        StatusChange(to=OrderStatus.APPROVED, at=NOW),
        StatusChange(to=status, at=NOW, reason="so it is"),
    )
    ended = view(status, changes=steps, waiting_for=None)
    return FakeWorkflows(view_=ended, end=ended, execution_=execution("COMPLETED"))


def test_wait_shows_the_steps_and_the_end() -> None:
    """Steps go to standard error, the final view to standard output."""
    result = run(FakeConnections(_ended(OrderStatus.SHIPPED)), "start-workflow", *FULL, "--wait")
    assert result.exit_code == ExitCode.OK
    assert result.stderr.count("SHIPPED: so it is") == 1
    assert result.stderr.count("  APPROVED") == 1
    assert "Status: SHIPPED" in result.stdout
    assert "Workflow Status: COMPLETED" in result.stdout


def test_wait_tells_by_its_exit_code_that_an_order_did_not_ship() -> None:
    """Scripts can go by it."""
    result = run(FakeConnections(_ended(OrderStatus.CANCELLED)), "start-workflow", *FULL, "--wait", "--json")
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
    result = run(FakeConnections(workflows, database), "start-workflow", *FULL, "--wait")
    assert result.exit_code == ExitCode.NOT_SHIPPED
    assert "Workflow Status: TIMED_OUT" in result.stdout
