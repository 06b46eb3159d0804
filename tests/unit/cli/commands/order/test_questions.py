"""`ask` and `answer`: what is sent."""

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.gate import Gate, Question
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundStatus
from tests.unit.cli.builders import NOW, refund_view, view
from tests.unit.cli.fakes import FakeConnections, FakeWorkflows, run

ALICE = Actor(kind=ActorKind.SLACK_USER, id="U0ALICE01")


def asked_gate() -> Gate:
    question = Question(question_id="q-7", by=ALICE, at=NOW, text="Which office?")
    return Gate(requester="U0BOB0001", questions=(question,))


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
