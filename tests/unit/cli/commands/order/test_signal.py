"""`signal`: the decision that is sent, and the exit code and sentence for each verdict."""

import getpass
import json
from datetime import UTC, datetime

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.actor import ActorKind, Delegation, Surface
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.errors import (
    NoWorkerAnswered,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from tests.unit.cli.builders import execution, gone, granted, row, view
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, FakeWorkflows, run


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_an_operator_decides(kind: DecisionKind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --as the decision is the operator's who is logged in, and the way is the CLI."""
    monkeypatch.setattr(getpass, "getuser", lambda: "ana")
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows), "signal", "ord-1", kind.value, "--reason", "all good")
    assert result.exit_code == ExitCode.OK
    [(order_id, sent, request)] = workflows.decisions
    assert (order_id, sent, request.surface, request.note) == ("ord-1", kind, Surface.CLI, "all good")
    assert (request.actor.kind, request.actor.id) == (ActorKind.OPERATOR, "ana")
    assert abs((datetime.now(UTC) - request.decided_at).total_seconds()) < 30
    assert f"Recorded: order ord-1 is {'approved' if kind == 'approve' else 'cancelled'}." in result.stdout


def test_as_a_slack_user_with_groups() -> None:
    """--as decides under all rules, with the groups that the person is in."""
    workflows = FakeWorkflows()
    arguments = ["--as", "U123", "--group", "S1", "--group", "S2"]
    assert run(FakeConnections(workflows), "signal", "ord-1", "approve", *arguments).exit_code == ExitCode.OK
    actor = workflows.decisions[0][2].actor
    assert (actor.kind, actor.id, actor.groups) == (ActorKind.SLACK_USER, "U123", ("S1", "S2"))


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--group", "S1"], "--group"),
        (["--as", "<@U1>"], "--as"),
        (["--as", "U1", "--group", "a b"], "--group"),
        (["--reason", "x" * 1001], "--reason"),
        (["--reason", "a\x07b"], "--reason"),
        (["--reason", " "], "--reason"),
        (["--decision-id", "a b"], "--decision-id"),
    ],
)
def test_a_malformed_decision_is_not_sent(arguments: list[str], option: str) -> None:
    """The option that is wrong is named."""
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows), "signal", "ord-1", "approve", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(f"{option}: ")
    assert not workflows.decisions


@pytest.mark.parametrize("order_id", ["", "a b", "../x", "x" * 65, "<!channel>"])
def test_what_is_no_order_id_is_a_usage_error(order_id: str) -> None:
    """Temporal is not even asked."""
    workflows = FakeWorkflows()
    assert run(FakeConnections(workflows), "signal", order_id, "approve").exit_code == ExitCode.USAGE
    assert not workflows.decisions


@pytest.mark.parametrize("kind", [kind for kind in VerdictKind if not kind.is_accepted])
def test_a_refused_decision_says_why_and_exits_with_4(kind: VerdictKind) -> None:
    """The sentence goes to standard error."""
    result = run(FakeConnections(FakeWorkflows(verdict_=kind)), "signal", "ord-1", "approve")
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("Refused: ")
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("kind", "words"), [(VerdictKind.HELD, "Held: "), (VerdictKind.ASKED_SHIPPING, "is not known yet")]
)
def test_a_verdict_that_is_not_the_last_word_is_explained(kind: VerdictKind, words: str) -> None:
    """It was accepted, so the exit code is 0; the document says that it is not settled."""
    result = run(FakeConnections(FakeWorkflows(verdict_=kind)), "signal", "ord-1", "cancel")
    assert (result.exit_code, words in result.stdout) == (ExitCode.OK, True)
    document = json.loads(
        run(FakeConnections(FakeWorkflows(verdict_=kind)), "signal", "ord-1", "cancel", "--json").stdout
    )
    assert (document["accepted"], document["settled"]) == (True, False)


@pytest.mark.parametrize("silence", [NoWorkerAnswered(), None])
def test_no_worker_means_stored_but_not_judged(silence: object) -> None:
    """Nothing is lost, yet a script must not take it for approved."""
    result = run(FakeConnections(FakeWorkflows(verdict_=silence)), "signal", "ord-1", "approve")
    assert result.exit_code == ExitCode.UNANSWERED
    assert "has stored the decision safely" in result.stderr
    assert "judged as soon as one is there" in result.stderr


def test_temporal_lost_after_it_took_the_decision() -> None:
    """The two halves are told apart."""
    workflows = FakeWorkflows(verdict_=TemporalUnavailable("Temporal cannot be reached"))
    result = run(FakeConnections(workflows), "signal", "ord-1", "approve")
    assert result.exit_code == ExitCode.UNANSWERED
    assert "stored the decision safely" in result.stderr


def test_an_unanswered_decision_is_sent_again_under_the_same_id() -> None:
    """However often it arrives, it is one decision."""
    workflows = FakeWorkflows(decided=[OutcomeUnknown(), None])
    assert run(FakeConnections(workflows), "signal", "ord-1", "approve").exit_code == ExitCode.OK
    first, second = (request.decision_id for _, _, request in workflows.decisions)
    assert first == second


def test_a_decision_of_unknown_fate_says_how_to_send_it_again() -> None:
    """With the id that makes it one decision."""
    workflows = FakeWorkflows(decided=OutcomeUnknown())
    result = run(FakeConnections(workflows), "signal", "ord-1", "approve")
    assert result.exit_code == ExitCode.UNANSWERED
    assert f"--decision-id {workflows.decisions[0][2].decision_id} is safe" in result.stderr


def test_an_unknown_order() -> None:
    """Exit code 3."""
    result = run(FakeConnections(FakeWorkflows(decided=gone())), "signal", "ord-1", "approve")
    assert (result.exit_code, result.stderr.strip()) == (ExitCode.UNKNOWN_ORDER, "There is no order ord-1.")


def test_an_order_that_is_over_says_how_it_ended_and_keeps_the_decision() -> None:
    """No workflow is left to judge it, so the CLI writes the audit log itself."""
    ended = view(OrderStatus.CANCELLED, reason="out of budget")
    workflows = FakeWorkflows(decided=OrderOver(), view_=ended, execution_=execution("COMPLETED"))
    database = FakeDatabase()
    result = run(FakeConnections(workflows, database), "signal", "ord-1", "approve")
    assert result.exit_code == ExitCode.REFUSED
    assert "has ended as CANCELLED: out of budget" in result.stderr
    [(order_id, judged)] = database.added
    assert (order_id, judged.verdict.kind) == ("ord-1", VerdictKind.ALREADY_OVER)
    assert judged.decision.decision_id == judged.verdict.decision_id == workflows.decisions[0][2].decision_id


def test_an_order_that_is_over_without_worker_or_database() -> None:
    """Still refused, still a sentence; what could not be done is said."""
    workflows = FakeWorkflows(decided=OrderOver(), view_=NoWorkerAnswered())
    result = run(FakeConnections(workflows), "signal", "ord-1", "cancel", "--json")
    assert result.exit_code == ExitCode.REFUSED
    assert "could not be written to the audit log" in result.stderr
    assert json.loads(result.stdout)["verdict"] == "already_over"


def test_an_order_that_is_over_is_read_from_the_database_without_a_worker() -> None:
    """PostgreSQL knows how it ended."""
    workflows = FakeWorkflows(decided=OrderOver(), view_=NoWorkerAnswered())
    database = FakeDatabase(row_=row(status=OrderStatus.EXPIRED))
    result = run(FakeConnections(workflows, database), "signal", "ord-1", "cancel")
    assert "has ended as EXPIRED" in result.stderr


def test_a_running_order_needs_no_database() -> None:
    """An operator can approve while PostgreSQL is away."""
    assert run(FakeConnections(database=None), "signal", "ord-1", "approve").exit_code == ExitCode.OK


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


def test_a_slack_user_decides_for_their_colleagues_too() -> None:
    """The decision says for whom; another's delegate is not meant."""
    workflows = FakeWorkflows()
    database = FakeDatabase(active=(granted(group="finance"), granted("U0BOB0001", "U8")))
    result = run(FakeConnections(workflows, database), "signal", "ord-1", "approve", "--as", "U7")
    assert result.exit_code == ExitCode.OK
    assert workflows.decisions[0][2].actor.delegations == (Delegation(person="U0ALICE01", group="finance"),)


def test_an_operator_decides_for_nobody() -> None:
    """The database is not even asked."""
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows, None), "signal", "ord-1", "approve")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert workflows.decisions[0][2].actor.delegations == ()


def test_without_a_database_a_slack_user_decides_for_nobody_else() -> None:
    """A note says so, and the decision is sent."""
    workflows = FakeWorkflows()
    result = run(FakeConnections(workflows, None), "signal", "ord-1", "approve", "--as", "U7", "--json")
    assert result.exit_code == ExitCode.OK
    assert result.stderr.startswith(
        "The delegations to U7 could not be read, so U7 decides for nobody else: PostgreSQL"
    )
    assert workflows.decisions[0][2].actor.delegations == ()
