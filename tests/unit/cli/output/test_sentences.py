"""The sentences for verdicts."""

from orchestration.cli.output.sentences import verdict_sentence
from orchestration.domain.actor import SYSTEM
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from tests.unit.cli.builders import NOW


def test_every_verdict_has_a_sentence_of_its_own() -> None:
    """And names the order."""
    sentences = {
        verdict_sentence("ord-1", DecisionKind.CANCEL, Verdict(decision_id="d", kind=kind, at=NOW))
        for kind in VerdictKind
    }
    assert len(sentences) == len(VerdictKind)
    assert all("ord-1" in sentence for sentence in sentences)


def test_too_late_says_by_whom() -> None:
    """The outcome that came first is part of the sentence."""
    outcome = Outcome(kind=OutcomeKind.CANCELLED, by=SYSTEM, at=NOW, note="no stock")
    verdict = Verdict(decision_id="d", kind=VerdictKind.ALREADY_OVER, at=NOW, outcome=outcome)
    assert "cancelled by Countersign itself (no stock)" in verdict_sentence(
        "o", DecisionKind.APPROVE, verdict
    )
