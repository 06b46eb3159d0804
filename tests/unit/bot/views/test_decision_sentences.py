"""Every verdict and every error of a decision has a sentence."""

import pytest

from bot.views.sentences.decisions import (
    SOMETHING_BROKE,
    error_sentence,
    over_sentence,
    verdict_sentence,
)
from orchestration.domain import errors
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.orders import FinalState
from orchestration.wording.names import subject_name
from tests.unit.bot.slack_rules import check_brackets
from tests.unit.bot.strategies import NOW


@pytest.mark.parametrize("kind", VerdictKind)
@pytest.mark.parametrize("decision", DecisionKind)
def test_every_verdict_has_a_sentence_but_the_one_that_the_card_shows(
    kind: VerdictKind, decision: DecisionKind
) -> None:
    """A refusal is never silent."""
    said = verdict_sentence(
        Verdict(decision_id="d", kind=kind, at=NOW, counted=1, needed=2), decision, "order ord-1"
    )
    if kind is VerdictKind.RECORDED:
        assert said is None
    else:
        assert said is not None
        assert "ord-1" in said


def test_no_two_refusals_sound_the_same() -> None:
    """The sentence says why."""
    kinds = [kind for kind in VerdictKind if kind is not VerdictKind.RECORDED]
    said = {
        verdict_sentence(Verdict(decision_id="d", kind=kind, at=NOW), DecisionKind.APPROVE, "order ord-1")
        for kind in kinds
    }
    assert len(said) == len(kinds)


def test_too_late_says_who_was_faster() -> None:
    """By name and time."""
    faster = Outcome(kind=OutcomeKind.CANCELLED, by=Actor(kind=ActorKind.SLACK_USER, id="U0CAROL01"), at=NOW)
    verdict = Verdict(decision_id="d", kind=VerdictKind.ALREADY_OVER, at=NOW, outcome=faster)
    said = verdict_sentence(verdict, DecisionKind.APPROVE, "order ord-1")
    assert said is not None
    assert "Cancelled by <@U0CAROL01>" in said
    assert "<!date^" in said


def test_a_verdict_that_is_not_there_yet_is_called_stored() -> None:
    """The click is not lost."""
    assert "safely stored" in (verdict_sentence(None, DecisionKind.APPROVE, "order ord-1") or "")


def test_every_error_of_the_gateway_says_whether_the_click_counted() -> None:
    """That is what the clicker needs to know."""
    said = {kind: error_sentence(kind(), "order ord-1") for kind in _gateway_errors()}
    assert "Nothing happened" in said[errors.TemporalUnavailable]
    assert "may or may not have counted" in said[errors.OutcomeUnknown]
    assert "harmless" in said[errors.OutcomeUnknown]
    assert "safely stored" in said[errors.NoWorkerAnswered]
    assert "no order ord-1" in said[errors.OrderNotFound]
    assert SOMETHING_BROKE not in said.values()


def _gateway_errors() -> list[type[errors.CountersignError]]:
    return [
        errors.OrderNotFound,
        errors.OrderOver,
        errors.TemporalUnavailable,
        errors.OutcomeUnknown,
        errors.NoWorkerAnswered,
    ]


def test_an_unforeseen_error_is_admitted() -> None:
    """Without its words, which may hold anything."""
    assert error_sentence(errors.OrderConflict("<secret>"), "order ord-1") == SOMETHING_BROKE


def test_how_an_ended_order_ended_is_told_and_escaped() -> None:
    """The reason comes from outside."""
    said = over_sentence("order ord-1", FinalState("was cancelled", NOW, "<!channel>", "U0CAROL01"))
    assert said.startswith("Order ord-1 is already over: it was cancelled by <@U0CAROL01>")
    check_brackets(said)
    assert "already over" in over_sentence("order ord-1", None)


def test_a_sentence_about_a_refund_says_so() -> None:
    """At its beginning too."""
    name = subject_name(Subject.REFUND, "ord-1")
    own = Verdict(decision_id="d", kind=VerdictKind.OWN_ORDER, at=NOW)
    said = verdict_sentence(own, DecisionKind.APPROVE, name)
    assert said == "The refund of order ord-1 is your own: somebody else has to approve it."
