import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console

from orchestration.cli.exit_codes import MEANINGS, ExitCode
from orchestration.cli.orders.snapshot import snapshot_from_view
from orchestration.cli.output.console import Output
from orchestration.cli.output.order import print_order
from orchestration.client.execution import FailingActivity
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.errors import NoWorkerAnswered, OutcomeUnknown
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from orchestration.domain.sanitize import sanitize
from orchestration.ports.audit_log import Event
from orchestration.ports.orders import OrderPage
from tests.unit.cli.fakes import (
    NOW,
    FakeConnections,
    FakeDatabase,
    FakeWorkflows,
    execution,
    gone,
    order,
    row,
    run,
    view,
)


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """People here live an hour east of UTC."""
    monkeypatch.setenv("TZ", "XYZ-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


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


def test_list_prints_rows_for_pipes() -> None:
    """One line an order, tabs between the cells, and the next page's command apart from them."""
    hostile = order(customer="[red]Ωmega[/red] <!channel> :tada:")
    page = OrderPage((row(hostile), row(status=OrderStatus.FAILED)), "abc=")
    database = FakeDatabase(page_=page)
    result = run(
        FakeConnections(None, database), "list", "--status", "shipped", "--status", "FAILED", "--limit", "2"
    )
    assert result.exit_code == ExitCode.OK
    first, second = result.stdout.splitlines()
    assert first.split("\t")[:5] == ["ord-1", "SHIPPED", "996.00 EUR", hostile.customer, "U1"]
    assert second.split("\t")[1] == "FAILED"
    assert "list --status SHIPPED --status FAILED --limit 2 --cursor abc=" in result.stderr
    assert database.asked == [([OrderStatus.SHIPPED, OrderStatus.FAILED], None, 2)]


def test_list_pending_is_short_for_the_status() -> None:
    """And without either, all orders are asked for."""
    database = FakeDatabase()
    run(FakeConnections(None, database), "list", "--pending")
    result = run(FakeConnections(None, database), "list", "--json")
    assert [asked[0] for asked in database.asked] == [[OrderStatus.PENDING_MANUAL_APPROVAL], None]
    assert json.loads(result.stdout) == {"orders": [], "next_cursor": None}


@pytest.mark.parametrize(
    "arguments", [["--cursor", "bad"], ["--limit", "0"], ["--limit", "201"], ["--status", "LOST"]]
)
def test_list_refuses_what_makes_no_sense(arguments: list[str]) -> None:
    """Each with exit code 2."""
    result = run(FakeConnections(None, FakeDatabase()), "list", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert "Traceback" not in result.output


def test_history_shows_each_event() -> None:
    """Time, what, who, and the rest."""
    events = (
        Event(1, "ord-1", "status.CREATED", None, {}, NOW, NOW),
        Event(2, "ord-1", "decision.refused", "U9", {"verdict": "own_order", "note": "é\x1b"}, NOW, NOW),
    )
    connections = FakeConnections(None, FakeDatabase(events=events))
    lines = run(connections, "history", "ord-1").stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["2026-03-02 10:30:00", "status.CREATED", ""]
    assert lines[1].split("\t")[1:] == ["decision.refused", "U9", "verdict=own_order, note=é\ufffd"]
    document = json.loads(run(connections, "history", "ord-1", "--json").stdout)
    assert document["events"][1]["detail"] == {"verdict": "own_order", "note": "é\x1b"}
    assert document["events"][0]["occurred_at"] == "2026-03-02T09:30:00Z"


def test_history_of_an_unknown_order() -> None:
    """Exit code 3."""
    assert run(FakeConnections(None, FakeDatabase()), "history", "ord-1").exit_code == ExitCode.UNKNOWN_ORDER


def test_a_terminal_gets_colour_and_no_commands_from_the_order() -> None:
    """The escape sequences in it are Rich's own; the order's text stays text."""
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100, markup=False, highlight=False, emoji=False)
    out = Output(as_json=False, stdout=console, stderr=console)
    hostile = view(
        OrderStatus.FAILED, reason="[bold]x[/bold] \x1b]0;owned\x07 \u202e :tada:", waiting_for=None
    )
    print_order(out, snapshot_from_view(hostile, execution()))
    shown = screen.getvalue()
    assert "\x1b[31mFAILED" in shown
    assert "[bold]x[/bold]" in shown
    assert ":tada:" in shown
    assert not re.search("\x1b]|\x07|\u202e", shown)
    out.print_table(("Order", "Customer"), [["\x1b[2Jord-1", "x"]], wrap="Customer")
    assert "\x1b[2J" not in screen.getvalue()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("a\nb\tc", "a b c"), ("\x9b31m", "\ufffd31m"), ("👩‍🚀", "👩‍🚀"), ("\u2028", "\ufffd")],
)
def test_clean(text: str, cleaned: str) -> None:
    """Line breaks become spaces, commands become a mark, emoji stay whole."""
    assert sanitize(text) == cleaned


def test_the_deadline_says_how_long_is_left() -> None:
    """Rounded down to what matters."""
    from orchestration.cli.output.order import time_left

    assert time_left(timedelta(days=2, hours=3, minutes=4)) == "in 2 d 3 h"
    assert time_left(timedelta(hours=3, minutes=4)) == "in 3 h 4 min"
    assert time_left(timedelta(seconds=61)) == "in 1 min"
    assert time_left(timedelta(seconds=-1)) == "over"


def test_help_lists_every_exit_code() -> None:
    """Scripts are written from it."""
    shown = run(FakeConnections(), "--help").stdout
    assert set(MEANINGS) == set(ExitCode)
    for code, meaning in MEANINGS.items():
        assert f"{code.value}: {meaning}" in shown


def test_commands_that_need_temporal_say_so() -> None:
    """The one that registers search attributes too."""
    result = run(FakeConnections(None), "register-search-attributes")
    assert result.exit_code == ExitCode.UNANSWERED
