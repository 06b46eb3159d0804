"""`amend`, `ask`, `answer`, `refund`, and decisions about refunds: what is sent, and what is said."""

import json
from datetime import timedelta
from typing import Any

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.gate import Gate, Question
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundStep, RefundView
from tests.unit.cli.fakes import NOW, FakeConnections, FakeWorkflows, order, run, view

ALICE = Actor(kind=ActorKind.SLACK_USER, id="U0ALICE01")


def asked_gate() -> Gate:
    question = Question(question_id="q-7", by=ALICE, at=NOW, text="Which office?")
    return Gate(requester="U0BOB0001", questions=(question,))


def refund_view(status: RefundStatus, **fields: Any) -> RefundView:
    request = RefundRequest(order_id="ord-1", requester="U0BOB0001", reason="broken")
    base = {"refund_id": "ord-1.r1", "order_id": "ord-1", "version": 1, "status": status, "request": request}
    rest = {"order": order(), "gate": Gate(requester="U0BOB0001"), "updated_at": NOW}
    return RefundView.model_validate(base | rest | fields)


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


@pytest.mark.parametrize(("flags", "subject"), [([], Subject.ORDER), (["--refund"], Subject.REFUND)])
def test_ask_and_answer(flags: list[str], subject: Subject) -> None:
    """The oldest open question is the one that is answered."""
    pending = refund_view(RefundStatus.PENDING_MANUAL_APPROVAL, gate=asked_gate())
    workflows = FakeWorkflows(view_=view(gate=asked_gate()), refund_=pending)
    connections = FakeConnections(workflows)
    assert run(connections, "ask", "ord-1", "Which office?", "--as", "U0ALICE01", *flags).exit_code == 0
    assert run(connections, "answer", "ord-1", "Kiel", "--as", "U0BOB0001", *flags).exit_code == 0
    (one, _, question), (two, _, answer) = workflows.sent
    assert (one, two) == (subject, subject)
    assert isinstance(question, QuestionRequest)
    assert isinstance(answer, AnswerRequest)
    assert (question.actor.id, question.text) == ("U0ALICE01", "Which office?")
    assert (answer.question_id, answer.text) == ("q-7", "Kiel")


def test_no_question_to_answer() -> None:
    result = run(FakeConnections(FakeWorkflows()), "answer", "ord-1", "Kiel")
    assert result.exit_code == ExitCode.USAGE
    assert "No question about order ord-1 waits" in result.stderr


def test_a_refund_is_asked_for_and_shown() -> None:
    """With its tier's next step."""
    workflows = FakeWorkflows(
        refund_=refund_view(RefundStatus.PENDING_MANUAL_APPROVAL, waiting_for="approval (0 of 1)")
    )
    result = run(
        FakeConnections(workflows), "refund", "ord-1", "--reason", "broken", "--requester", "U0BOB0001"
    )
    assert result.exit_code == 0
    assert workflows.refunds == [RefundRequest(order_id="ord-1", requester="U0BOB0001", reason="broken")]
    assert "Status: PENDING_MANUAL_APPROVAL" in result.stdout
    assert "signal ord-1 approve --refund" in result.stdout


@pytest.mark.parametrize(
    ("status", "code"), [(RefundStatus.REFUNDED, ExitCode.OK), (RefundStatus.FAILED, ExitCode.REFUSED)]
)
def test_waiting_for_a_refund_tells_its_end(status: RefundStatus, code: ExitCode) -> None:
    """Each step once, on standard error."""
    steps = (
        RefundStep(to=RefundStatus.APPROVED, at=NOW),
        RefundStep(to=status, at=NOW + timedelta(1), reason="why"),
    )
    workflows = FakeWorkflows(refund_=refund_view(status, steps=steps, reason="why"))
    result = run(FakeConnections(workflows), "refund", "ord-1", "--reason", "broken", "--wait")
    assert result.exit_code == code
    assert result.stderr.count(f"{status}: why") == 1


def test_a_refund_that_nobody_asked_for() -> None:
    workflows = FakeWorkflows(refund_=OrderNotFound("no"))
    result = run(FakeConnections(workflows), "refund", "ord-1")
    assert result.exit_code == ExitCode.UNKNOWN_ORDER
    assert "There is no refund of order ord-1" in result.stderr


def test_a_decision_about_a_refund_goes_to_the_refund() -> None:
    """And says so."""
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows), "signal", "ord-1", "approve", "--refund")
    assert workflows.subjects == [Subject.REFUND]
    assert result.stdout == "Recorded: the refund of order ord-1 is approved.\n"


def test_an_override_as_a_slack_user() -> None:
    """Marked as such; an operator needs no mark."""
    workflows = FakeWorkflows()
    connections = FakeConnections(workflows)
    run(connections, "signal", "ord-1", "approve", "--as", "U0ALICE01", "--override", "--reason", "fire")
    assert workflows.decisions[0][2].override
    wrong = run(connections, "signal", "ord-1", "approve", "--override")
    assert wrong.exit_code == ExitCode.USAGE
    assert "--override" in wrong.stderr


def test_query_tells_of_a_refund() -> None:
    """Of a shipped order only; others cannot have one."""
    refunded = refund_view(RefundStatus.REFUNDED)
    shipped = FakeWorkflows(view_=view(status=OrderStatus.SHIPPED), refund_=refunded)
    assert "Refund: REFUNDED (ord-1.r1)" in run(FakeConnections(shipped), "query", "ord-1").stdout
    document = json.loads(run(FakeConnections(shipped), "query", "ord-1", "--json").stdout)
    assert document["refund"]["status"] == "REFUNDED"
    none = FakeWorkflows(view_=view(status=OrderStatus.SHIPPED))
    assert "Refund" not in run(FakeConnections(none), "query", "ord-1").stdout
